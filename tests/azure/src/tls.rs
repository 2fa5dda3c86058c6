//! A certificate authority of this run, and a certificate for localhost that it signed.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

pub(crate) struct Certificates {
    pub(crate) authority: String,
    pub(crate) own: String,
    pub(crate) key: String,
}

pub(crate) fn make() -> Certificates {
    let mut params = CertificateParams::new(Vec::<String>::new()).expect("no names are fine");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    params.distinguished_name.push(DnType::CommonName, "Quaymaster simulator, this run only");
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let mut params = CertificateParams::new(names).expect("names that are names");
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().expect("a key");
    let own = params.signed_by(&key, &issuer).expect("a signature");
    Certificates { authority: issuer.pem(), own: own.pem(), key: key.serialize_pem() }
}
