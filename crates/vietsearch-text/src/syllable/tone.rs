//! The six tones (thanh).

/// A tone (thanh), named as in Vietnamese without marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tone {
    /// Level, unmarked: `ma`.
    Ngang,
    /// Acute: `má`.
    Sac,
    /// Grave: `mà`.
    Huyen,
    /// Hook above: `mả`.
    Hoi,
    /// Tilde: `mã`.
    Nga,
    /// Dot below: `mạ`.
    Nang,
}

impl Tone {
    /// All tones in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::Ngang,
        Self::Sac,
        Self::Huyen,
        Self::Hoi,
        Self::Nga,
        Self::Nang,
    ];

    /// The tone's number, 0 to 5, in the order of [`ALL`](Self::ALL).
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn from_number(number: u8) -> Self {
        Self::ALL
            .get(usize::from(number))
            .copied()
            .unwrap_or(Self::Ngang)
    }
}
