//! Whether the cells of a text are those of a table: quotation marks stand around whole cells, and doubled within (RFC 4180), and there are
//! neither more cells nor longer ones than [`COLUMNS`] and [`CELL`]. The CSV reader takes anything: of a mark that never closes it makes one
//! cell of all that follows, so that rows vanish without a word.

/// The most columns of a file.
pub const COLUMNS: usize = 500;
/// The longest cell in bytes.
pub const CELL: u64 = 64 << 10;

/// What ends the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The line on which the cell or the row begins, from 1 on.
    pub line: u64,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    NeverCloses,
    /// On this line, in the midst of a cell.
    ClosesOn(u64),
    TooManyCells,
    TooLong,
}

/// Follows the bytes of a text, whose lines end in LF.
pub struct CellFollower {
    separator: u8,
    /// Where the present byte stands: its line, and its place among all bytes.
    line: u64,
    place: u64,
    at: At,
    /// Where the present cell begins, and its row; how many cells that has before it.
    cell: u64,
    row: u64,
    cells: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Where a cell may open with a mark.
    Start,
    /// Within a cell without marks: there they mean nothing.
    Plain,
    /// Within a cell that opened on this line.
    Quoted(u64),
    /// After a mark within such a cell: it is its end, or the first of two.
    Mark(u64),
}

impl CellFollower {
    pub fn new(separator: u8) -> Self {
        Self { separator, line: 1, place: 0, at: At::Start, cell: 0, row: 1, cells: 0 }
    }

    /// Follows the next bytes.
    ///
    /// # Errors
    /// The first mark after which a cell goes on; the first cell that is too much.
    pub fn follow(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        for byte in bytes {
            let ends = *byte == b'\n' || *byte == self.separator;
            self.at = match (self.at, *byte) {
                (At::Start, b'"') => At::Quoted(self.line),
                (At::Quoted(line), b'"') => At::Mark(line),
                (At::Quoted(line), _) | (At::Mark(line), b'"') => At::Quoted(line),
                (At::Start | At::Plain | At::Mark(_), _) if ends => {
                    self.end_cell(*byte == b'\n')?;
                    At::Start
                }
                (At::Start | At::Plain, _) => At::Plain,
                // The reader takes what follows as a part of the cell; of blanks nobody minds.
                (At::Mark(line), b' ') => At::Mark(line),
                (At::Mark(line), _) => return Err(Fault { line, what: What::ClosesOn(self.line) }),
            };
            self.line += u64::from(*byte == b'\n');
            self.place += 1;
        }
        Ok(())
    }

    fn end_cell(&mut self, ends_row: bool) -> Result<(), Fault> {
        let length = self.place - self.cell;
        self.cell = self.place + 1;
        self.cells += 1;
        if length > CELL {
            return Err(Fault { line: self.row, what: What::TooLong });
        }
        if self.cells > COLUMNS {
            return Err(Fault { line: self.row, what: What::TooManyCells });
        }
        if ends_row {
            self.row = self.line + 1;
            self.cells = 0;
        }
        Ok(())
    }

    /// The text has ended.
    ///
    /// # Errors
    /// The mark that has not closed.
    pub fn end(&self) -> Result<(), Fault> {
        match self.at {
            At::Quoted(line) => Err(Fault { line, what: What::NeverCloses }),
            At::Start | At::Plain | At::Mark(_) => Ok(()),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MEND: &str = "put the whole cell in quotation marks, and double those within it";
        match self.what {
            What::NeverCloses => write!(f, "The quotation mark that opens here never closes: {MEND}."),
            What::ClosesOn(line) if line == self.line => write!(f, "A cell goes on after its closing quotation mark: {MEND}."),
            What::ClosesOn(line) => {
                write!(f, "The quotation mark that opens here closes on line {line}, in the midst of a cell: {MEND}.")
            }
            What::TooManyCells => write!(f, "The row has more than {COLUMNS} cells: remove the columns that are not needed."),
            What::TooLong => write!(f, "A cell of this row is longer than {} KiB: shorten it, or remove its column.", CELL >> 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Result<(), Fault> {
        let mut cells = CellFollower::new(b',');
        // Byte by byte: whatever is read at a time.
        text.as_bytes().chunks(1).try_for_each(|byte| cells.follow(byte))?;
        cells.end()
    }

    #[test]
    fn marks_stand_around_whole_cells() {
        for text in
            ["", "a,b\n", "\"a\",\"b\"\n", "\"a\"\"b\"\"\",\"\"\n", "\"a\nb\",c\n", "19\" rack,a\"b\n", "\"a\" ,b\n", "a, \"b\" c\n"]
        {
            assert_eq!(look(text), Ok(()), "{text}");
        }
        for (text, line, what) in [
            ("a,b\n1,\"19 rack\n2,x\n", 2, What::NeverCloses),
            ("a,b\n1,\"19 rack\n2,\"x\"\n", 2, What::ClosesOn(3)),
            ("a,b\n1,\"x\"y\n", 2, What::ClosesOn(2)),
            ("\"a", 1, What::NeverCloses),
            ("\"a\" b\n", 1, What::ClosesOn(1)),
        ] {
            assert_eq!(look(text), Err(Fault { line, what }), "{text}");
        }
    }

    #[test]
    fn rows_and_cells_have_limits() {
        let row = |cells: usize| format!("a,b\n\"x\ny\"{}\n", ",1".repeat(cells - 1));
        assert_eq!(look(&row(COLUMNS)), Ok(()));
        assert_eq!(look(&row(COLUMNS + 1)), Err(Fault { line: 2, what: What::TooManyCells }));
        let cell = |length: u64| format!("a,b\n1,{}\n2,x\n", "x".repeat(usize::try_from(length).unwrap_or(0)));
        assert_eq!(look(&cell(CELL)), Ok(()));
        assert_eq!(look(&cell(CELL + 1)), Err(Fault { line: 2, what: What::TooLong }));
    }
}
