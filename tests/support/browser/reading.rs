//! What somebody reads on the screen.

use serde_json::{Value, json};

use super::session::Browser;

impl Browser {
    /// All that is visible, in one line.
    pub async fn screen(&self) -> String {
        // Without what a selection would offer.
        let script = "let text = document.body.innerText; document.querySelectorAll('select').forEach(s => { text = text.replace(s.innerText, '') }); return squeeze(text)";
        self.try_script(script, &[]).await.ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Waits until the page shows this text, without regard to case.
    pub async fn sees(&self, text: &str) {
        let script = "return words(document.body).toLowerCase().includes(arguments[0].toLowerCase())";
        self.until(text, script, &[json!(text)]).await;
    }

    pub async fn sees_no(&self, text: &str) {
        let script = "return !words(document.body).toLowerCase().includes(arguments[0].toLowerCase())";
        self.until(&format!("a page without {text}"), script, &[json!(text)]).await;
    }

    pub async fn sees_heading(&self, text: &str) {
        let script = "return [...document.querySelectorAll('main h1')].some(h => words(h) === arguments[0])";
        self.until(&format!("the heading {text}"), script, &[json!(text)]).await;
    }

    /// Waits until the polite status region begins with this text.
    pub async fn has_announced(&self, text: &str) {
        let script = "return squeeze(document.querySelector('#status').textContent).startsWith(arguments[0])";
        self.until(&format!("the announcement {text}"), script, &[json!(text)]).await;
    }

    /// The names in the list.
    pub async fn rows(&self) -> Vec<String> {
        let names = self.script("return [...document.querySelectorAll('li[id^=row-] .name')].map(words)", &[]).await;
        serde_json::from_value(names).expect("names")
    }

    /// The name of the row marked current.
    pub async fn current(&self) -> Option<String> {
        let name =
            self.script("const row = document.querySelector('li[id^=row-] a[aria-current] .name'); return row && words(row)", &[]).await;
        name.as_str().map(str::to_owned)
    }

    /// The name of what has the focus: its label, else its tag and id.
    pub async fn focus(&self) -> String {
        self.text(FOCUS, &[]).await
    }

    pub async fn value(&self, name: &str) -> String {
        let script = "const f = document.querySelector(`[name='${arguments[0]}']:not([type=hidden])`); return f.type === 'checkbox' ? (f.checked ? f.value : '') : f.value";
        self.script(script, &[json!(name)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// The `name` of the field that has the focus.
    pub async fn focused_field(&self) -> String {
        self.text("return document.activeElement.name ?? ''", &[]).await
    }

    /// What a selection shows as chosen.
    pub async fn chosen(&self, name: &str) -> String {
        self.text("return words(document.querySelector(`select[name='${arguments[0]}']`).selectedOptions[0])", &[json!(name)]).await
    }

    /// The row of the list with this name, and what its icons stand for.
    pub async fn row(&self, name: &str) -> String {
        let script = "const n = [...document.querySelectorAll('li[id^=row-] .name')].find(n => words(n) === arguments[0]);
            const marks = row => [...row.querySelectorAll('.mark')].map(mark => mark.title);
            return n ? squeeze([...marks(n.closest('a')), n.closest('a').textContent].join(' ')) : ''";
        self.text(script, &[json!(name)]).await
    }

    /// The row of a pane with this text in it.
    pub async fn pane_row(&self, text: &str) -> String {
        self.text("const row = paneRow(arguments[0]); return row ? words(row) : ''", &[json!(text)]).await
    }

    async fn text(&self, script: &str, arguments: &[Value]) -> String {
        self.script(script, arguments).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this has the focus: the label of a control, else tag and id.
    pub async fn has_focus(&self, name: &str) {
        let script = format!("{FOCUS} === arguments[0]");
        self.until(&format!("the focus on {name}"), &script, &[json!(name)]).await;
    }

    /// Waits until this row of the list has the focus.
    pub async fn has_focus_on_row(&self, name: &str) {
        let script =
            "const n = document.activeElement.closest('li[id^=row-]')?.querySelector('.name'); return !!n && words(n) === arguments[0]";
        self.until(&format!("the focus on the row {name}"), script, &[json!(name)]).await;
    }

    /// Is it to be seen?
    pub async fn is_shown(&self, selector: &str) -> bool {
        self.script("return !!document.querySelector(arguments[0])?.checkVisibility()", &[json!(selector)]).await == json!(true)
    }

    /// Is a dialog open?
    pub async fn is_asking(&self) -> bool {
        self.script("return !!dialog()", &[]).await == json!(true)
    }

    pub async fn offers(&self, text: &str) -> bool {
        self.script("return !!control(arguments[0], document)", &[json!(text)]).await == json!(true)
    }

    pub async fn offers_in(&self, row: &str, text: &str) -> bool {
        self.script("return !!rowControl(arguments[1], paneRow(arguments[0]))", &[json!(row), json!(text)]).await == json!(true)
    }

    /// A script's answer as a number.
    pub async fn number(&self, script: &str) -> f64 {
        self.script(script, &[]).await.as_f64().unwrap_or(f64::NAN)
    }

    /// A script's answer as texts.
    pub async fn texts(&self, script: &str, arguments: &[Value]) -> Vec<String> {
        serde_json::from_value(self.script(script, arguments).await).expect("texts")
    }
}

/// The name of what has the focus.
const FOCUS: &str = "const a = document.activeElement; return ((a.matches('a, button, summary') ? label(a) : '') || a.tagName.toLowerCase() + (a.id ? '#' + a.id : ''))";
