//! O2: what is public can be used from several threads.

use vietsearch::index::{
    Analyzer, Backup, Damage, Fields, Fingerprint, IndexOptions, Snapshot, Stats, Verification,
};
use vietsearch::query::parse::{Limits, ParseError, Parsed, ParserOptions};
use vietsearch::text::Scanner;
use vietsearch::{
    AlertMatcher, Alerts, AliasPack, Article, Channel, Completion, Hit, IndexError, NewsIndex,
    NewsSearcher, NewsWriter, RelatedTerm, SearchError, SearchRequest, SearchResponse, Weights,
    WriterOptions, ingest,
};

const fn both<T: Send + Sync>() {}

/// Compiling it is the test.
#[test]
fn what_is_public_is_send_and_sync() {
    const _: () = {
        both::<NewsIndex>();
        both::<NewsWriter>();
        both::<NewsSearcher>();
        both::<Snapshot>();
        both::<Alerts>();
        both::<AlertMatcher<'static>>();
        both::<SearchRequest>();
        both::<SearchResponse>();
        both::<Hit>();
        both::<Completion>();
        both::<RelatedTerm>();
        both::<Channel>();
        both::<Weights>();
        both::<AliasPack>();
        both::<Article>();
        both::<Analyzer>();
        both::<Fields>();
        both::<Fingerprint>();
        both::<IndexOptions>();
        both::<WriterOptions>();
        both::<Stats>();
        both::<Verification>();
        both::<Backup>();
        both::<Damage>();
        both::<Limits>();
        both::<ParserOptions>();
        both::<Parsed>();
        both::<Scanner>();
        both::<ingest::Options>();
        both::<ingest::Entry>();
        both::<IndexError>();
        both::<SearchError>();
        both::<ParseError>();
    };
    // Errors travel in boxes, as most programs keep them.
    fn boxed<E: std::error::Error + Send + Sync + 'static>(error: E) -> String {
        let error: Box<dyn std::error::Error + Send + Sync> = Box::new(error);
        error.to_string()
    }
    assert!(boxed(IndexError::WriterFailed).contains("open another"));
}
