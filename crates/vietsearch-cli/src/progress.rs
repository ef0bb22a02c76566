//! Progress on stderr, if it is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const BYTES: &str = "{bar:30} {bytes}/{total_bytes} {msg} {eta}";
const ARTICLES: &str = "{bar:30} {human_pos}/{human_len} articles {per_sec} {eta}";

/// A bar over bytes.
pub(crate) fn over_bytes() -> ProgressBar {
    bar(BYTES)
}

/// A bar over articles.
pub(crate) fn over_articles() -> ProgressBar {
    bar(ARTICLES)
}

/// indicatif hides the bar if stderr is no terminal.
fn bar(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| {
        debug_assert!(false, "bad template");
        ProgressStyle::default_bar()
    });
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
    bar.set_style(style);
    if !bar.is_hidden() {
        bar.enable_steady_tick(Duration::from_millis(200));
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_read() {
        for template in [BYTES, ARTICLES] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
