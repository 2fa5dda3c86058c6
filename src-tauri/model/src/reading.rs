//! What a document says about one thing: a value, nothing, or something that cannot be read.

/// `Absent` means that Azure left the key out or sent null: its documented default applies.
/// `Unreadable` means that nobody knows: the body is damaged, refused, or contradicts itself.
/// There is no way from `Unreadable` to a value, so an unread setting cannot become a pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reading<T> {
    Value(T),
    #[default]
    Absent,
    Unreadable(String),
}

impl<T> Reading<T> {
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Reading::Value(value) => Reading::Value(convert(value)),
            Reading::Absent => Reading::Absent,
            Reading::Unreadable(why) => Reading::Unreadable(why),
        }
    }

    pub fn and_then<U>(self, convert: impl FnOnce(T) -> Reading<U>) -> Reading<U> {
        match self {
            Reading::Value(value) => convert(value),
            Reading::Absent => Reading::Absent,
            Reading::Unreadable(why) => Reading::Unreadable(why),
        }
    }

    pub fn as_ref(&self) -> Reading<&T> {
        match self {
            Reading::Value(value) => Reading::Value(value),
            Reading::Absent => Reading::Absent,
            Reading::Unreadable(why) => Reading::Unreadable(why.clone()),
        }
    }

    /// The value if there is one; for display only, never for a verdict.
    pub fn value(&self) -> Option<&T> {
        match self {
            Reading::Value(value) => Some(value),
            Reading::Absent | Reading::Unreadable(_) => None,
        }
    }
}
