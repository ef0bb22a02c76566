//! The first stage against a sum over all postings.

use tantivy::Term;
use tantivy::query::AllQuery;
use vietsearch_index::{Article, NewsIndex, WriterOptions};

use super::*;

/// A repeatable source of numbers (Knuth's MMIX multiplier).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }
}

const WORDS: [&str; 16] = [
    "nắng", "mưa", "gió", "bão", "lũ", "hạn", "mặn", "triều", "sương", "rét", "nồm", "dông",
    "tuyết", "khói", "bụi", "sóng",
];
/// The words from this one on stand in one of 300 articles.
const RARE: usize = 12;

/// 4,000 articles in two segments, the first words common and the last ones rare; some deleted.
fn index() -> NewsIndex {
    let index = NewsIndex::create_in_ram().unwrap();
    let mut writer = index
        .writer(WriterOptions::default().with_threads(1))
        .unwrap();
    let mut numbers = Numbers(7);
    for number in 0..4_000 {
        let mut text = String::new();
        for (place, word) in WORDS.iter().enumerate() {
            let of = if place < RARE {
                10 + 20 * place as u64
            } else {
                2_000
            };
            while numbers.below(of) < 6 {
                text.push_str(word);
                text.push(' ');
            }
        }
        text.push_str("và hết");
        let article = Article::new("", &text).with_id(number.to_string());
        writer.add(article).unwrap();
        if number == 2_500 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    for number in (0..4_000).step_by(17) {
        writer.delete_id(&number.to_string()).unwrap();
    }
    writer.commit().unwrap();
    index
}

fn known(searcher: &Searcher, term: &Term) -> Known {
    Known::look_up(searcher, term).unwrap()
}

/// What `best` is to find, from every posting of every term.
fn naive(
    retriever: &Retriever,
    searcher: &Searcher,
    terms: &[Scoring<'_>],
    among: Option<&Matches>,
    limit: usize,
) -> Vec<Promising> {
    let heaviest = terms.iter().map(|term| term.weight).fold(0.0, f32::max);
    let bits = (terms.len() + 1).next_power_of_two().ilog2();
    let scale = f64::from(i32::MAX >> bits) / f64::from(heaviest);
    let mut sums: HashMap<DocAddress, i32> = HashMap::new();
    for (ordinal, segment) in (0_u32..).zip(searcher.segment_readers()) {
        for doc in among.map_or(&[][..], |among| among.of(ordinal)) {
            sums.insert(DocAddress::new(ordinal, *doc), 0);
        }
        for term in terms {
            let Some(info) = &term.known.infos[ordinal as usize] else {
                continue;
            };
            let index = segment.inverted_index(term.field).unwrap();
            let option = IndexRecordOption::WithFreqs;
            let mut postings = index.read_postings_from_terminfo(info, option).unwrap();
            let lengths = lengths_of(segment, term.field).unwrap();
            while postings.doc() != TERMINATED {
                use tantivy::postings::Postings;
                let doc = postings.doc();
                let address = DocAddress::new(ordinal, doc);
                let wanted = among.is_none() || sums.contains_key(&address);
                if wanted
                    && segment
                        .alive_bitset()
                        .is_none_or(|alive| alive.is_alive(doc))
                {
                    let length = lengths.as_ref().map_or(0, |lengths| lengths[doc as usize]);
                    let impacts = retriever.impacts(term.field);
                    let part = impacts.of(postings.term_freq(), length);
                    let weight = (f64::from(term.weight) * scale) as u64;
                    *sums.entry(address).or_default() += impact(weight, part);
                }
                postings.advance();
            }
        }
    }
    let sums = sums
        .into_iter()
        .filter(|(_, sum)| among.is_some() || *sum > 0);
    let mut found: Vec<Promising> = sums
        .map(|(address, sum)| Promising { sum, address })
        .collect();
    found.sort_unstable_by_key(|known| (Reverse(known.sum), known.address));
    found.truncate(limit);
    found
}

#[test]
fn equals_the_sum_over_all_postings() {
    let index = index();
    let searcher = index.searcher();
    assert!(searcher.segment_readers().len() > 1, "several segments");
    let threads = SearchThreads::new(3).unwrap();
    let [segments, parts] = [threads.clone(), threads.with_least(50)];
    assert!(
        threads::parts(Some(&parts), &searcher).len() > 10,
        "several parts of a segment"
    );
    let fields = index.fields();
    let retriever = Retriever::new(&searcher, fields).unwrap();
    let mut numbers = Numbers(11);
    let mut compared = 0;
    for round in 0..240 {
        let fields = [fields.exact, fields.folded, fields.open];
        let words: Vec<(Field, Known)> = (0..=numbers.below(9))
            .map(|_| {
                let field = fields[numbers.below(3) as usize];
                let word = WORDS[numbers.below(WORDS.len() as u64) as usize];
                let word = if field == fields[0] {
                    word.to_string()
                } else {
                    vietsearch_text::fold(word)
                };
                (
                    field,
                    known(&searcher, &Term::from_field_text(field, &word)),
                )
            })
            .collect();
        let terms: Vec<Scoring<'_>> = words
            .iter()
            .map(|(field, known)| Scoring {
                field: *field,
                known,
                weight: 0.01 + numbers.below(400) as f32 / 100.0,
            })
            .collect();
        let most = [300, 20][round % 2];
        let limit = 1 + numbers.below(most) as usize;
        let among = (round % 3 == 0).then(|| {
            let mut all = Matches::new(&searcher, &AllQuery, None).unwrap();
            let share = 1 + numbers.below(200);
            for docs in &mut all.segments {
                docs.retain(|_| numbers.below(share) == 0);
            }
            all
        });
        let expected = naive(&retriever, &searcher, &terms, among.as_ref(), limit);
        for threads in [None, Some(&segments), Some(&parts)] {
            let found = retriever.best(&searcher, &terms, among.as_ref(), limit, threads);
            assert_eq!(found.unwrap(), expected, "round {round}, {threads:?}");
        }
        compared += expected.len();
    }
    assert!(compared > 5_000, "{compared}");
}

/// A common word that decides nearly everything, and rare ones that lift some of its documents.
#[test]
fn rare_words_lift_documents() {
    let index = index();
    let searcher = index.searcher();
    let exact = index.fields().exact;
    let retriever = Retriever::new(&searcher, index.fields()).unwrap();
    let word = |word: &str| known(&searcher, &Term::from_field_text(exact, word));
    let rare: Vec<Known> = WORDS[RARE..].iter().map(|rare| word(rare)).collect();
    for common in &WORDS[..4] {
        let common = word(common);
        for weight in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6] {
            let term = |known, weight| Scoring {
                field: exact,
                known,
                weight,
            };
            let mut terms = vec![term(&common, 1.0)];
            terms.extend(rare.iter().map(|known| term(known, weight)));
            for limit in [3, 20, 100] {
                let found = retriever
                    .best(&searcher, &terms, None, limit, None)
                    .unwrap();
                let expected = naive(&retriever, &searcher, &terms, None, limit);
                assert_eq!(found, expected, "{weight}, {limit}");
            }
        }
    }
}

#[test]
fn sums_do_not_overflow() {
    let index = index();
    let searcher = index.searcher();
    let fields = index.fields();
    let retriever = Retriever::new(&searcher, fields).unwrap();
    let term = Term::from_field_text(fields.exact, "nắng");
    let known = known(&searcher, &term);
    let one = Scoring {
        field: fields.exact,
        known: &known,
        weight: 3.0,
    };
    for count in [1, 2, 63, 64, 1_000, 5_000] {
        let terms = vec![one.clone(); count];
        let best = retriever.best(&searcher, &terms, None, 3, None).unwrap();
        assert_eq!(best.len(), 3);
        assert!(best.iter().all(|found| found.sum > 0), "{count} terms");
        assert!(best.is_sorted_by_key(|found| Reverse(found.sum)));
    }
}

#[test]
fn nothing_to_look_for() {
    let index = index();
    let searcher = index.searcher();
    let retriever = Retriever::new(&searcher, index.fields()).unwrap();
    assert_eq!(retriever.best(&searcher, &[], None, 10, None).unwrap(), []);
    let all = Matches::new(&searcher, &AllQuery, None).unwrap();
    assert_eq!(all.count() as u64, searcher.num_docs());
    let found = retriever
        .best(&searcher, &[], Some(&all), 10, None)
        .unwrap();
    assert_eq!(found.len(), 10, "those given, though they hold nothing");
}
