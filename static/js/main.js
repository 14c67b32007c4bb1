// The scripts of every page. Each page works without them; they add what HTML and htmx cannot.
// The order counts: the dialog closes before the focus is looked at.
import "./time.js";
import "./paper.js";
import "./calendar.js";
import "./dialog.js";
import "./sheet.js";
import "./guard.js";
import "./editing.js";
import "./list.js";
import "./pages.js";
import "./search.js";
import "./suggest.js";
import "./products.js";
import "./help.js";
import "./rows.js";
import "./panes.js";
import "./message.js";
import "./copy.js";
import "./reveal.js";
import "./history.js";
import "./keys.js";

// htmx would do this a moment later; a key pressed in between would leave the page.
htmx.initialize();
