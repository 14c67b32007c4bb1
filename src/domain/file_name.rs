//! Names of files as they are kept and shown: whoever made a file chose its name.

/// Characters that are kept at most.
const LIMIT: usize = 200;

/// A file's name without the folders that some browsers send along, and [`visible`].
#[must_use]
pub fn file_name(raw: &str) -> String {
    visible(raw.rsplit(['/', '\\']).next().unwrap_or_default()).chars().take(LIMIT).collect()
}

/// A name without control characters, and without those that turn the direction of the text around them or hide: `invoice\u{202E}vsc.exe`
/// would be shown as `invoiceexe.csv`.
#[must_use]
pub fn visible(raw: &str) -> String {
    raw.chars().filter(|c| !c.is_control() && !is_mark(*c)).collect()
}

/// Direction marks, embeddings, overrides and isolates (UAX #9), line separators, and what is never seen.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folders() {
        assert_eq!(file_name("C:\\fakepath\\my customers.csv"), "my customers.csv");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("a\u{0}\n.csv"), "a.csv");
        assert_eq!(file_name(""), "");
        assert_eq!(file_name(&"é".repeat(300)).chars().count(), 200);
    }

    #[test]
    fn a_name_turns_no_text_around() {
        for mark in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}').chain(['\u{200E}', '\u{200F}', '\u{61C}']) {
            assert_eq!(file_name(&format!("a{mark}vsc.csv")), "avsc.csv");
        }
        assert_eq!(visible("/data/عملاء.csv"), "/data/عملاء.csv");
    }
}
