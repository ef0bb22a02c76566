//! Abbreviations and aliases: `ubnd` for `ủy ban nhân dân`, and back.

use std::collections::BTreeSet;

use vietsearch_data::{Container, DataError, U32s};

use super::model::LanguageModel;
use crate::fold::push_folded;
use crate::marks::{Bare, agree};

/// The most tokens of a form.
const MAX_TOKENS: usize = 10;

/// Another form for some tokens of a query.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Expansion<'d> {
    /// How many tokens it stands for, from the first one on.
    pub tokens: usize,
    /// Canonical forms of its tokens, separated by one space each.
    pub form: &'d str,
    /// What a match of it counts beside one of the tokens themselves: above 0, at most 1.
    pub weight: f32,
}

/// Rows in the order of their folded forms.
#[derive(Debug, Default)]
pub(super) struct Abbreviations<'d> {
    text: &'d str,
    ends: U32s<'d>,
}

struct Row<'d> {
    folded: &'d str,
    from: &'d str,
    to: &'d str,
    weight: f32,
}

impl<'d> Abbreviations<'d> {
    pub(super) fn read(container: &Container<'d>) -> Result<Self, DataError> {
        let mut section = container.section("abbreviations", 1)?;
        let bytes = section.bytes()?;
        let text = std::str::from_utf8(bytes).map_err(|_| section.damaged("it is no UTF-8"))?;
        let ends = section.u32s()?;
        let abbreviations = Self { text, ends };
        let rows = (0..ends.len()).map(|index| abbreviations.row(index).map(|row| row.folded));
        if !rows.is_sorted_by(|left, right| left.is_some() && left <= right) {
            return Err(section.damaged("its rows do not ascend"));
        }
        section.finish()?;
        Ok(abbreviations)
    }

    fn text_of(&self, index: usize) -> Option<&'d str> {
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..self.ends.get(index)? as usize)
    }

    /// The folded form of a row, by which rows ascend.
    fn folded(&self, index: usize) -> Option<&'d str> {
        let row = self.text_of(index)?;
        row.split_once('\t').map(|(folded, _)| folded)
    }

    fn row(&self, index: usize) -> Option<Row<'d>> {
        let mut fields = self.text_of(index)?.split('\t');
        Some(Row {
            folded: fields.next()?,
            from: fields.next()?,
            to: fields.next()?,
            weight: fields.next()?.parse::<f32>().ok()? / 100.0,
        })
    }

    /// The first row whose folded form is not less.
    fn first(&self, folded: &str) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = (low + high) / 2;
            if self.folded(middle).is_some_and(|known| known < folded) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

impl<'d> LanguageModel<'d> {
    /// Other forms for the tokens at the beginning of `tokens`: expansions of abbreviations,
    /// abbreviations of names, aliases of places. The longest first, then by weight.
    ///
    /// Tokens are canonical forms as the scanner gives them, each with what its bare letters mean:
    /// open ones agree with marked ones (`uy ban nhan dan`). Cost: some binary searches, one
    /// allocation.
    ///
    /// ```
    /// use vietsearch_text::interpret::LanguageModel;
    /// use vietsearch_text::marks::Bare::{Literal, Open};
    ///
    /// let model = LanguageModel::shipped();
    /// let expansions = model.expansions(&[("ubnd", Literal), ("tp", Literal)]);
    /// assert_eq!((expansions[0].tokens, expansions[0].form), (1, "ủy ban nhân dân"));
    /// let typed = ["uy", "ban", "nhan", "dan", "tinh"].map(|form| (form, Open));
    /// let back = model.expansions(&typed);
    /// assert_eq!((back[0].tokens, back[0].form), (4, "ubnd"));
    /// ```
    #[must_use]
    pub fn expansions(&self, tokens: &[(&str, Bare)]) -> Vec<Expansion<'d>> {
        let mut found: Vec<Expansion<'d>> = Vec::new();
        let table = &self.abbreviations;
        let mut folded = String::new();
        for (index, (form, _)) in tokens.iter().take(MAX_TOKENS).enumerate() {
            if index > 0 {
                folded.push(' ');
            }
            push_folded(form, &mut folded);
            let mut place = table.first(&folded);
            // Nothing longer is in the table either, unless some row begins so.
            if table
                .folded(place)
                .is_none_or(|known| !known.starts_with(&folded))
            {
                break;
            }
            while let Some(row) = table.row(place).filter(|row| row.folded == folded) {
                place += 1;
                let mut pairs = row.from.split(' ').zip(tokens);
                let agrees =
                    pairs.all(|(known, (form, bare))| agree(form, *bare, known, Bare::Literal));
                if agrees {
                    found.push(Expansion {
                        tokens: index + 1,
                        form: row.to,
                        weight: row.weight,
                    });
                }
            }
        }
        found.sort_by(|left, right| {
            let by_length = right.tokens.cmp(&left.tokens);
            by_length
                .then(right.weight.total_cmp(&left.weight))
                .then(left.form.cmp(right.form))
        });
        found
    }

    /// All forms that some abbreviation or alias leads to, each once.
    pub(super) fn expanded_forms(&self) -> BTreeSet<&'d str> {
        let table = &self.abbreviations;
        let rows = (0..table.ends.len()).filter_map(|index| table.row(index));
        rows.map(|row| row.to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(tokens: &str, bare: Bare) -> Vec<(usize, &'static str)> {
        let tokens: Vec<(&str, Bare)> = tokens.split(' ').map(|form| (form, bare)).collect();
        let expansions = LanguageModel::shipped().expansions(&tokens);
        expansions
            .into_iter()
            .map(|expansion| (expansion.tokens, expansion.form))
            .collect()
    }

    #[test]
    fn both_ways() {
        assert!(forms("tphcm", Bare::Literal).contains(&(1, "thành phố hồ chí minh")));
        assert!(forms("tp hcm", Bare::Literal).contains(&(2, "thành phố hồ chí minh")));
        assert!(forms("thành phố hồ chí minh", Bare::Literal).contains(&(5, "tphcm")));
        assert!(forms("thpt chuyên", Bare::Literal).contains(&(1, "trung học phổ thông")));
        assert!(forms("hội đồng nhân dân tỉnh", Bare::Literal).contains(&(4, "hđnd")));
    }

    #[test]
    fn one_place_alias_below_its_abbreviations() {
        let expansions = LanguageModel::shipped().expansions(&[("tphcm", Bare::Literal)]);
        let weight = |form: &str| {
            let found = expansions.iter().find(|expansion| expansion.form == form);
            found.map_or(0.0, |expansion| expansion.weight)
        };
        assert!(weight("sài gòn") > 0.0);
        assert!(weight("tp hcm") > weight("sài gòn"));
        assert!(weight("thành phố hồ chí minh") > weight("sài gòn"));
        assert_eq!(weight("hồ chí minh"), 0.0, "a person too");
        let back = forms("hồ chí minh", Bare::Literal);
        assert!(back.contains(&(3, "tphcm")) && back.contains(&(3, "tp hcm")));
        assert_eq!(forms("bình dương", Bare::Literal), []);
    }

    #[test]
    fn words_are_not_found_as_abbreviations() {
        assert!(forms("ca", Bare::Literal).contains(&(1, "công an")));
        assert_eq!(forms("công an", Bare::Literal), [], "ca is a word");
        assert_eq!(forms("tổ chức y tế thế giới", Bare::Literal), [], "who too");
    }

    #[test]
    fn marks_are_constraints() {
        assert_eq!(forms("hội đông nhân dân", Bare::Literal), []);
        assert_eq!(forms("hoi dong nhan dan", Bare::Literal), []);
        assert_eq!(forms("hoi dong nhan dan", Bare::Open), [(4, "hđnd")]);
        assert_eq!(forms("hđnd", Bare::Open), [(1, "hội đồng nhân dân")]);
        assert_eq!(forms("hdnd", Bare::Open), [(1, "hội đồng nhân dân")]);
        assert_eq!(forms("học viện", Bare::Open), []);
        assert_eq!(forms("", Bare::Open), []);
    }
}
