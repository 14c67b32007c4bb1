//! What somebody does at a browser: clicks, typing, keys.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use serde_json::{Value, json};

use super::session::{Browser, TIMEOUT};

/// By this name `WebDriver` hands over an element (W3C `WebDriver`, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The special keys, by the code points that `WebDriver` gives them.
pub mod key {
    pub const ENTER: char = '\u{e007}';
    pub const ESCAPE: char = '\u{e00c}';
    pub const TAB: char = '\u{e004}';
    pub const DOWN: char = '\u{e015}';
    pub const UP: char = '\u{e013}';
    pub const SPACE: char = ' ';
    pub const CONTROL: char = '\u{e009}';
    pub const BACKSPACE: char = '\u{e003}';
    pub const END: char = '\u{e010}';
}

impl Browser {
    /// Clicks the visible link or button of this name, outside of the panes' rows.
    pub async fn click(&self, text: &str) {
        self.click_at("return control(arguments[0], document)", &[json!(text)]).await;
    }

    /// Clicks the choice with this heading.
    pub async fn click_choice(&self, heading: &str) {
        let script = "return [...document.querySelectorAll('.choice')].find(c => words(c.querySelector('b')) === arguments[0])";
        self.click_at(script, &[json!(heading)]).await;
    }

    /// Clicks in the row (of the list or a pane) that shows `row`; what is in the row's menu, after opening it.
    pub async fn click_in(&self, row: &str, text: &str) {
        let script = "const row = paneRow(arguments[0]), found = row && rowControl(arguments[1], row);
            if (!found || !shut(found)) return found;
            shut(found).querySelector('summary').click();
            return null";
        self.click_at(script, &[json!(row), json!(text)]).await;
    }

    /// Opens a customer of the list.
    pub async fn choose(&self, name: &str) {
        let script = "const n = [...document.querySelectorAll('li[id^=row-] .name')].find(n => words(n) === arguments[0]); return n && n.closest('a')";
        self.click_at(script, &[json!(name)]).await;
    }

    /// Waits for an element and clicks where it is on the screen; a click that meets a swap is tried again.
    async fn click_at(&self, script: &str, arguments: &[Value]) {
        let start = Instant::now();
        loop {
            let found = self.try_script(script, arguments).await;
            let clicked = match found {
                Ok(element) => match element[ELEMENT].as_str() {
                    Some(id) => {
                        // The driver takes what lies under a head that stays for something in view.
                        let _ = self.try_script("arguments[0].scrollIntoView({ block: 'nearest' })", std::slice::from_ref(&element)).await;
                        self.element(id).click().await.map_err(|error| error.to_string())
                    }
                    None => Err("it is not there".to_owned()),
                },
                Err(error) => Err(error.to_string()),
            };
            let Err(error) = clicked else { return };
            assert!(start.elapsed() < TIMEOUT, "cannot click {arguments:?}: {error}\n{}", self.screen().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn element(&self, id: &str) -> Element {
        Element::from_element_id(self.client.clone(), id.to_owned().into())
    }

    /// Types into a field, instead of what it holds.
    pub async fn fill(&self, name: &str, text: &str) {
        let selector = format!("[name='{name}']:not([type=hidden])");
        let field = self
            .wait()
            .at_most(TIMEOUT)
            .for_element(Locator::Css(&selector))
            .await
            .unwrap_or_else(|error| panic!("no field {name}: {error}"));
        if field.tag_name().await.expect("its kind") == "select" {
            return field.select_by_value(text).await.unwrap_or_else(|error| panic!("{name} has no {text}: {error}"));
        }
        field.clear().await.expect("to empty the field");
        field.send_keys(text).await.expect("to type");
    }

    /// Presses and releases keys, one after the other, wherever the focus is.
    pub async fn press(&self, keys: impl IntoIterator<Item = char>) {
        for key in keys {
            self.chord(&[key]).await;
        }
    }

    /// Presses keys together: modifiers first.
    pub async fn chord(&self, keys: &[char]) {
        let down = keys.iter().map(|key| KeyAction::Down { value: *key });
        let up = keys.iter().rev().map(|key| KeyAction::Up { value: *key });
        let actions = down.chain(up).fold(KeyActions::new("keyboard".to_owned()), KeyActions::then);
        self.perform_actions(actions).await.expect("keys");
    }

    /// Types text key by key.
    pub async fn types(&self, text: &str) {
        self.press(text.chars()).await;
    }

    /// Goes on with the tabulator until what has this name has the focus, as somebody without a mouse does.
    pub async fn tab_to(&self, name: &str) {
        for _ in 0..150 {
            if self.focus().await == name {
                return;
            }
            self.press([key::TAB]).await;
        }
        panic!("the tabulator does not come to {name}\n{}", self.screen().await);
    }
}
