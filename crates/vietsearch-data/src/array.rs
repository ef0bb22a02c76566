//! Arrays of numbers within a section, read without copying.

use std::fmt;

macro_rules! array {
    ($(#[$documentation:meta])* $name:ident, $number:ty, $size:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name<'a> {
            chunks: &'a [[u8; $size]],
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(bytes: &'a [u8]) -> Self {
                Self {
                    chunks: bytes.as_chunks().0,
                }
            }

            /// The number at `index`, if there are so many. A bounds check and a load.
            #[inline]
            #[must_use]
            pub fn get(&self, index: usize) -> Option<$number> {
                self.chunks.get(index).map(|chunk| <$number>::from_le_bytes(*chunk))
            }

            /// How many numbers there are.
            #[inline]
            #[must_use]
            pub fn len(&self) -> usize {
                self.chunks.len()
            }

            /// True if there are none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.chunks.is_empty()
            }

            /// All numbers in order.
            pub fn iter(&self) -> impl ExactSizeIterator<Item = $number> + use<'a> {
                self.chunks.iter().map(|chunk| <$number>::from_le_bytes(*chunk))
            }
        }

        impl fmt::Debug for $name<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.len())
            }
        }
    };
}

array!(
    /// Numbers of 16 bits in the bytes of a section.
    U16s,
    u16,
    2
);
array!(
    /// Numbers of 32 bits in the bytes of a section.
    U32s,
    u32,
    4
);
