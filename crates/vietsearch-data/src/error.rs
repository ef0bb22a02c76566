//! What can be wrong with a data file.

use std::fmt;

/// The error of reading or building a data file. Names the section where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataError {
    /// The file does not begin as a data file does.
    Foreign,
    /// The file is of another version of the format.
    Version {
        /// The file's version.
        found: u32,
    },
    /// The file's header or directory is damaged, or bytes are missing or left over.
    Damaged {
        /// What does not fit.
        reason: &'static str,
    },
    /// The file has no such section.
    MissingSection {
        /// The section's name.
        section: String,
    },
    /// A section is of another version than the reader's.
    SectionVersion {
        /// The section's name.
        section: String,
        /// The version in the file.
        found: u32,
        /// The version that the reader knows.
        known: u32,
    },
    /// A section's bytes are not what they were when the file was built, or do not fit together.
    DamagedSection {
        /// The section's name.
        section: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// A section cannot be built: its name or its length is beyond the format.
    Unbuildable {
        /// The section's name.
        section: String,
        /// What does not fit.
        reason: &'static str,
    },
}

impl fmt::Display for DataError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => {
                formatter.write_str("no vietsearch data file: it does not begin with \"VIETDATA\"")
            }
            Self::Version { found } => write!(
                formatter,
                "data file of format version {found}, this library reads version {}: build it again",
                crate::container::FORMAT_VERSION
            ),
            Self::Damaged { reason } => {
                write!(
                    formatter,
                    "damaged data file ({reason}): get or build it again"
                )
            }
            Self::MissingSection { section } => write!(
                formatter,
                "data file has no section {section:?}: it is made for something else"
            ),
            Self::SectionVersion {
                section,
                found,
                known,
            } => write!(
                formatter,
                "section {section:?} has version {found}, this library reads version {known}: \
                 build the data file again"
            ),
            Self::DamagedSection { section, reason } => write!(
                formatter,
                "section {section:?} of the data file is damaged ({reason}): get or build it again"
            ),
            Self::Unbuildable { section, reason } => {
                write!(formatter, "cannot build section {section:?}: {reason}")
            }
        }
    }
}

impl std::error::Error for DataError {}
