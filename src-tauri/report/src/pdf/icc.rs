//! The sRGB colour profile (IEC 61966-2-1) as an ICC version 2 display profile, computed so that nobody's file is shipped.

/// Primaries adapted to D50, as the ICC's own sRGB profiles state them (s15Fixed16).
const COLORANTS: [(&[u8; 4], [i32; 3]); 3] =
    [(b"rXYZ", [0x6FA2, 0x38F5, 0x0390]), (b"gXYZ", [0x6299, 0xB785, 0x18DA]), (b"bXYZ", [0x24A0, 0x0F84, 0xB6CF])];
/// The D50 white of the profile connection space.
const WHITE: [i32; 3] = [0xF6D6, 0x1_0000, 0xD32D];
const CURVE_POINTS: u16 = 1024;

pub(crate) fn srgb() -> Vec<u8> {
    let mut tags: Vec<(&[u8; 4], Vec<u8>)> = vec![
        (b"desc", description("sRGB IEC61966-2.1")),
        (b"cprt", text("No copyright; computed from IEC 61966-2-1")),
        (b"wtpt", xyz(WHITE)),
    ];
    tags.extend(COLORANTS.iter().map(|(name, value)| (*name, xyz(*value))));
    let curve = curve();
    let mut table = Vec::new();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * (tags.len() + 3);
    for (name, bytes) in &tags {
        entry(&mut table, name, start + data.len(), bytes.len());
        data.extend_from_slice(bytes);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    for name in [b"rTRC", b"gTRC", b"bTRC"] {
        entry(&mut table, name, start + data.len(), curve.len());
    }
    data.extend_from_slice(&curve);
    data.resize(data.len().next_multiple_of(4), 0);

    let mut profile = header(start + data.len());
    profile.extend_from_slice(&u32::try_from(tags.len() + 3).unwrap_or_default().to_be_bytes());
    profile.extend(table);
    profile.extend(data);
    profile
}

fn header(size: usize) -> Vec<u8> {
    let mut header = vec![0u8; 128];
    let mut put = |at: usize, bytes: &[u8]| header.splice(at..at + bytes.len(), bytes.iter().copied()).for_each(drop);
    put(0, &u32::try_from(size).unwrap_or_default().to_be_bytes());
    put(8, &[2, 0x10, 0, 0]);
    put(12, b"mntrRGB XYZ ");
    // a fixed date: the profile never changes
    for (at, number) in [(24, 2026u16), (26, 1), (28, 1)] {
        put(at, &number.to_be_bytes());
    }
    put(36, b"acsp");
    for (index, value) in WHITE.iter().enumerate() {
        put(68 + 4 * index, &value.to_be_bytes());
    }
    header
}

fn entry(table: &mut Vec<u8>, name: &[u8; 4], at: usize, size: usize) {
    table.extend_from_slice(name);
    for number in [at, size] {
        table.extend_from_slice(&u32::try_from(number).unwrap_or_default().to_be_bytes());
    }
}

fn xyz(value: [i32; 3]) -> Vec<u8> {
    let mut bytes = b"XYZ \0\0\0\0".to_vec();
    value.iter().for_each(|number| bytes.extend_from_slice(&number.to_be_bytes()));
    bytes
}

fn text(words: &str) -> Vec<u8> {
    let mut bytes = b"text\0\0\0\0".to_vec();
    bytes.extend_from_slice(words.as_bytes());
    bytes.push(0);
    bytes
}

fn description(words: &str) -> Vec<u8> {
    let mut bytes = b"desc\0\0\0\0".to_vec();
    bytes.extend_from_slice(&u32::try_from(words.len() + 1).unwrap_or_default().to_be_bytes());
    bytes.extend_from_slice(words.as_bytes());
    // no Unicode and no Macintosh form
    bytes.extend_from_slice(&[0; 1 + 4 + 4 + 2 + 1 + 67]);
    bytes
}

/// The transfer function of sRGB, sampled.
fn curve() -> Vec<u8> {
    let mut bytes = b"curv\0\0\0\0".to_vec();
    bytes.extend_from_slice(&u32::from(CURVE_POINTS).to_be_bytes());
    for point in 0..CURVE_POINTS {
        let signal = f64::from(point) / f64::from(CURVE_POINTS - 1);
        let light = if signal <= 0.04045 { signal / 12.92 } else { ((signal + 0.055) / 1.055).powf(2.4) };
        let value = (light * 65535.0).round() as u16;
        bytes.extend_from_slice(&value.to_be_bytes());
    }
    bytes
}
