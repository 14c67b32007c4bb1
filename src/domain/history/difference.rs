//! What two versions of a text differ in, word by word.

/// A piece of two versions of a text put into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Same(String),
    /// In the old one only.
    Removed(String),
    /// In the new one only.
    Added(String),
}

/// Longer texts are compared as wholes: the comparison takes time by the square of their words. No field is as long.
const COMPARED: usize = 600;

/// A word or a sign, with the white space that follows it.
#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    with_space: &'a str,
}

impl Token<'_> {
    /// White space never makes a difference by itself, except that a line break does.
    fn is(&self, other: &Token<'_>) -> bool {
        let breaks = |token: &Token<'_>| token.with_space.contains('\n');
        self.text == other.text && breaks(self) == breaks(other)
    }

    fn is_word(&self) -> bool {
        self.text.chars().any(char::is_alphanumeric)
    }
}

/// Both versions in one, in the order they are read.
#[must_use]
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let (old_tokens, new_tokens) = (tokens(old), tokens(new));
    if old_tokens.len() > COMPARED || new_tokens.len() > COMPARED {
        return whole(old, new);
    }
    join(&smooth(&steps(&old_tokens, &new_tokens)))
}

/// The old text gone and the new one in its place; either may be empty.
#[must_use]
pub fn whole(old: &str, new: &str) -> Vec<Piece> {
    let pieces = [Piece::Removed(old.to_owned()), Piece::Added(new.to_owned())];
    pieces
        .into_iter()
        .filter(|piece| !matches!(piece, Piece::Same(text) | Piece::Removed(text) | Piece::Added(text) if text.is_empty()))
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Same,
    Removed,
    Added,
}

/// The shortest way from one to the other by the longest sequence that both have in common.
fn steps<'a>(old: &[Token<'a>], new: &[Token<'a>]) -> Vec<(Step, Token<'a>)> {
    let width = new.len() + 1;
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i].is(&new[j]) {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut steps) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i].is(&new[j]) {
            steps.push((Step::Same, new[j]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1]) {
            steps.push((Step::Removed, old[i]));
            i += 1;
        } else {
            steps.push((Step::Added, new[j]));
            j += 1;
        }
    }
    steps
}

/// What stays between two changes, and is little beside them, belongs to them: else a sentence that was replaced is read in shreds.
fn smooth<'a>(steps: &[(Step, Token<'a>)]) -> Vec<(Step, Token<'a>)> {
    let runs: Vec<_> = steps.chunk_by(|(one, _), (other, _)| (*one == Step::Same) == (*other == Step::Same)).collect();
    let words = |run: &[(Step, Token<'_>)], step: Step| run.iter().filter(|(of, token)| *of == step && token.is_word()).count();
    let size = |run: &[(Step, Token<'_>)]| words(run, Step::Removed).max(words(run, Step::Added));
    let mut out = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let kept = words(run, Step::Same);
        let is_little = match (at.checked_sub(1).and_then(|before| runs.get(before)), runs.get(at + 1)) {
            (Some(before), Some(after)) => kept == 0 || (kept <= SHRED && size(before) > SHRED && size(after) > SHRED),
            _ => false,
        };
        if run[0].0 == Step::Same && is_little {
            out.extend(run.iter().flat_map(|(_, token)| [(Step::Removed, *token), (Step::Added, *token)]));
        } else {
            out.extend_from_slice(run);
        }
    }
    out
}

/// So many words are little.
const SHRED: usize = 2;

/// Neighbours of one kind as one piece; of a change, what was removed stands before what was added. White space at its end follows it.
fn join(steps: &[(Step, Token<'_>)]) -> Vec<Piece> {
    let (mut pieces, mut space) = (Vec::new(), String::new());
    for run in steps.chunk_by(|(one, _), (other, _)| (*one == Step::Same) == (*other == Step::Same)) {
        let text = |wanted: Step| run.iter().filter(|(step, _)| *step == wanted).map(|(_, token)| token.with_space).collect::<String>();
        if run[0].0 == Step::Same {
            pieces.push(Piece::Same(std::mem::take(&mut space) + &text(Step::Same)));
            continue;
        }
        for (step, piece) in [(Step::Removed, Piece::Removed as fn(String) -> Piece), (Step::Added, Piece::Added)] {
            let text = text(step);
            let words = text.trim_end();
            if !words.is_empty() {
                pieces.push(piece(words.to_owned()));
                text[words.len()..].clone_into(&mut space);
            }
        }
    }
    pieces
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let belongs = |c: char| c.is_alphanumeric() && !stands_alone(c);
        let end = if belongs(first) { rest.find(|c| !belongs(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let space = rest[end..].find(|c: char| !c.is_whitespace()).unwrap_or(rest.len() - end);
        tokens.push(Token { text: &rest[..end], with_space: &rest[..end + space] });
        rest = &rest[end + space..];
    }
    tokens
}

/// Of scripts that put no blanks between words each sign counts.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{E7F}' | '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `[old-]{new+}` in the place of a change.
    fn marked(old: &str, new: &str) -> String {
        let mark = |piece: &Piece| match piece {
            Piece::Same(text) => text.clone(),
            Piece::Removed(text) => format!("[{text}-]"),
            Piece::Added(text) => format!("{{{text}+}}"),
        };
        words(old, new).iter().map(mark).collect()
    }

    #[test]
    fn words_are_compared_not_letters() {
        assert_eq!(
            marked("renewal each March. Ask Samir.", "renewal each January. Ask Samir."),
            "renewal each [March-]{January+}. Ask Samir."
        );
        assert_eq!(marked("a b c", "a c"), "a [b-] c");
        assert_eq!(marked("a c", "a b c"), "a {b+} c");
        assert_eq!(marked("", "new"), "{new+}");
        assert_eq!(marked("old", ""), "[old-]");
        assert_eq!(marked("same", "same"), "same");
    }

    #[test]
    fn a_sentence_that_was_replaced_stays_in_one_piece() {
        let old = "Orders go through the Leeds office; quote their order number on every invoice. Ask for Samir.";
        let new = "Orders go through York, and need a purchase order before we invoice. Ask for Samir.";
        let replaced = "[the Leeds office; quote their order number on every-]{York, and need a purchase order before we+}";
        assert_eq!(marked(old, new), format!("Orders go through {replaced} invoice. Ask for Samir."));
    }

    #[test]
    fn white_space_alone_is_no_change_but_a_line_is() {
        assert_eq!(marked("a  b", "a b"), "a b");
        assert_eq!(marked("a b", "a\nb"), "[a-]{a+}\nb");
    }

    #[test]
    fn signs_of_scripts_without_blanks_are_compared_each() {
        assert_eq!(marked("東京精密", "東京機密"), "東京[精-]{機+}密");
    }

    proptest! {
        #[test]
        fn either_version_can_be_read_out_of_it(old in "[ab ,.\n東]{0,40}", new in "[ab ,.\n東]{0,40}") {
            let pieces = words(&old, &new);
            let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().concat();
            let of = |leave: fn(&Piece) -> bool| {
                let kept = pieces.iter().filter(|piece| !leave(piece));
                kept.map(|piece| match piece { Piece::Same(text) | Piece::Removed(text) | Piece::Added(text) => text.as_str() }).collect::<String>()
            };
            prop_assert_eq!(squeezed(&of(|piece| matches!(piece, Piece::Added(_)))), squeezed(&old));
            prop_assert_eq!(squeezed(&of(|piece| matches!(piece, Piece::Removed(_)))), squeezed(&new));
        }
    }
}
