//! Errors of the settings. Faults of the data are no errors but [`Problem`](super::Problem)s.

use super::Field;

/// A field mapping that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct FieldMapError {
    kind: FieldMapErrorKind,
}

impl From<FieldMapErrorKind> for FieldMapError {
    fn from(kind: FieldMapErrorKind) -> FieldMapError {
        FieldMapError { kind }
    }
}

impl FieldMapError {
    /// Says whether the mapping names a field that articles do not have.
    pub fn is_unknown_field(&self) -> bool {
        matches!(self.kind, FieldMapErrorKind::UnknownField { .. })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FieldMapErrorKind {
    #[error("mapping {mapping:?} has no \"=\", write FIELD=KEY, such as title=tieu_de")]
    NoEquals { mapping: String },
    #[error("mapping {mapping:?} has no key after \"=\", write FIELD=KEY, such as title=tieu_de")]
    NoKey { mapping: String },
    #[error(
        "unknown field {field:?} in mapping {mapping:?}, fields are {}",
        Field::names()
    )]
    UnknownField { field: String, mapping: String },
    #[error("key {key:?} is mapped to both {first} and {second}, map it once")]
    KeyTwice {
        key: String,
        first: Field,
        second: Field,
    },
}
