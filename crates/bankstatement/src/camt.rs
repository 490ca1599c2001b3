//! CAMT.053: ISO 20022 statements in XML, of any version.
//!
//! Within this file a "line" is an offset in bytes; it becomes the number of a line at the end.

use chrono::NaiveDate;
use innkeeper_domain::Money;
use roxmltree::{Document, Node, ParsingOptions};

use crate::{
    MAX_ENTRIES, ReadError,
    amount::{amount, currency},
    entry::{Direction, Draft, Entry},
    fields::date,
};

/// Most nodes of a document: far more than the most entries have.
const MAX_NODES: u32 = 4_000_000;
/// Deepest element that is looked at; the format's own are at most a dozen deep.
const MAX_DEPTH: usize = 64;

pub(crate) fn read(text: &str) -> Result<Vec<Draft>, ReadError> {
    depth(text)?;
    // Declarations of entities are refused, not expanded.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|e| {
        let line = usize::try_from(e.pos().row).unwrap_or(0);
        ReadError::at(line, format!("this is no XML that is read here: {e}"))
    })?;
    let lines = Lines::of(text);
    let number = |error: ReadError| ReadError { line: error.line.map(|at| lines.number(at)), ..error };
    let mut drafts = statements(&document).map_err(number)?;
    for draft in &mut drafts {
        draft.entry.line = lines.number(draft.entry.line);
    }
    Ok(drafts)
}

/// Where the lines begin: asking the document counts from its beginning each time.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }
    fn number(&self, at: usize) -> usize {
        self.0.partition_point(|end| *end < at) + 1
    }
}

fn statements(document: &Document<'_>) -> Result<Vec<Draft>, ReadError> {
    let root = document.root_element();
    let message = child(root, "BkToCstmrStmt")
        .ok_or_else(|| ReadError::whole("this XML is no statement: it has no BkToCstmrStmt, as CAMT.053 has"))?;
    let mut drafts = vec![];
    for statement in children(message, "Stmt") {
        let account = text_at(statement, &["Acct", "Id", "IBAN"])
            .or_else(|| text_at(statement, &["Acct", "Id", "Othr", "Id"]))
            .map(str::to_owned);
        for entry in children(statement, "Ntry") {
            if is_booked(entry) {
                drafts.extend(Booking::read(entry, account.as_deref())?.drafts()?);
            }
            if drafts.len() > MAX_ENTRIES {
                return Err(ReadError::whole(format!("there are more than {MAX_ENTRIES} entries")));
            }
        }
    }
    Ok(drafts)
}

/// Refuses what is nested too deeply before the parser, which recurses, sees it.
fn depth(text: &str) -> Result<(), ReadError> {
    let (mut depth, mut line) = (0_usize, 1);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'\n', _) => line += 1,
            (b'<', Some(b'/')) => depth = depth.saturating_sub(1),
            (b'<', Some(next)) if next.is_ascii_alphabetic() || *next == b'_' => depth += 1,
            (b'/', Some(b'>')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(ReadError::at(line, "elements are nested too deeply"));
        }
    }
    Ok(())
}

/// A booking: what all of its parts have.
struct Booking<'a> {
    node: Node<'a, 'a>,
    line: usize,
    account: Option<&'a str>,
    amount: Money,
    booked_on: NaiveDate,
    valued_on: Option<NaiveDate>,
    direction: Direction,
    reversal: bool,
}

impl<'a> Booking<'a> {
    fn read(node: Node<'a, 'a>, account: Option<&'a str>) -> Result<Self, ReadError> {
        let line = line_of(node);
        let booked_on = day(node, "BookgDt")?.or(day(node, "ValDt")?);
        Ok(Self {
            node,
            line,
            account,
            amount: money(node)?.ok_or_else(|| ReadError::at(line, "the entry has no amount (Amt)"))?,
            booked_on: booked_on.ok_or_else(|| ReadError::at(line, "the entry has no date (BookgDt)"))?,
            valued_on: day(node, "ValDt")?,
            direction: direction(node)?
                .ok_or_else(|| ReadError::at(line, "the entry does not say which way the money went (CdtDbtInd)"))?,
            reversal: matches!(text_at(node, &["RvslInd"]), Some("true" | "1")),
        })
    }

    /// One for each transaction if they are told one by one, with amounts that sum to the booking's; else one.
    fn drafts(&self) -> Result<Vec<Draft>, ReadError> {
        let details: Vec<Node<'a, 'a>> =
            children(self.node, "NtryDtls").flat_map(|details| children(details, "TxDtls")).collect();
        if details.len() < 2 {
            return Ok(vec![self.draft(details.first().copied(), self.amount, self.direction, 0)]);
        }
        let mut drafts = vec![];
        let mut sum: i64 = 0;
        for (part, node) in details.into_iter().enumerate() {
            let own = money(node)?.or(child(node, "AmtDtls")
                .and_then(|d| child(d, "TxAmt"))
                .map(money)
                .transpose()?
                .flatten());
            let Some(amount) = own.filter(|own| own.currency() == self.amount.currency()) else {
                return Ok(vec![self.draft(None, self.amount, self.direction, 0)]);
            };
            let direction = direction(node)?.unwrap_or(self.direction);
            let signed = if direction == self.direction { amount.minor() } else { -amount.minor() };
            sum = sum.saturating_add(signed);
            drafts.push(self.draft(Some(node), amount, direction, part + 1));
        }
        if sum != self.amount.minor() {
            return Ok(vec![self.draft(None, self.amount, self.direction, 0)]);
        }
        Ok(drafts)
    }

    fn draft(&self, details: Option<Node<'a, 'a>>, amount: Money, direction: Direction, part: usize) -> Draft {
        // What was given back was paid by, or to, the same one as before.
        let incoming = (direction == Direction::Credit) != self.reversal;
        let (party, account) = if incoming { ("Dbtr", "DbtrAcct") } else { ("Cdtr", "CdtrAcct") };
        let parties = details.and_then(|details| child(details, "RltdPties"));
        let name = parties.and_then(|p| text_at(p, &[party, "Nm"]).or_else(|| text_at(p, &[party, "Pty", "Nm"])));
        let iban = parties.and_then(|p| text_at(p, &[account, "Id", "IBAN"]));
        let own = details.and_then(|details| text_at(details, &["Refs", "AcctSvcrRef"]));
        let whole = text_at(self.node, &["AcctSvcrRef"]).or_else(|| text_at(self.node, &["NtryRef"]));
        Draft {
            entry: Entry {
                line: details.map_or(self.line, line_of),
                account: self.account.map(str::to_owned),
                booked_on: self.booked_on,
                valued_on: self.valued_on,
                amount,
                direction,
                reversal: self.reversal,
                counterparty: name.map(str::to_owned),
                iban: iban.map(str::to_owned),
                remittance: remittance(self.node, details),
                reference: String::new(),
            },
            bank_ref: own.or(whole).unwrap_or_default().to_owned(),
            part,
        }
    }
}

/// All that the payer wrote: free text, the creditor's reference, the end-to-end id; the bank's own text if that
/// is nothing.
fn remittance(entry: Node<'_, '_>, details: Option<Node<'_, '_>>) -> String {
    let mut parts: Vec<&str> = vec![];
    if let Some(details) = details {
        for info in children(details, "RmtInf") {
            parts.extend(children(info, "Ustrd").filter_map(|node| node.text()));
            for structured in children(info, "Strd") {
                parts.extend(text_at(structured, &["CdtrRefInf", "Ref"]));
                parts.extend(children(structured, "AddtlRmtInf").filter_map(|node| node.text()));
            }
        }
        parts.extend(text_at(details, &["Refs", "EndToEndId"]).filter(|id| *id != "NOTPROVIDED"));
        if parts.is_empty() {
            parts.extend(text_at(details, &["AddtlTxInf"]));
        }
    }
    if parts.is_empty() {
        parts.extend(text_at(entry, &["AddtlNtryInf"]));
    }
    parts.join(" ")
}

/// `BOOK`, as text or as a code; without a status it is a statement, and booked.
fn is_booked(entry: Node<'_, '_>) -> bool {
    let status = text_at(entry, &["Sts", "Cd"]).or_else(|| text_at(entry, &["Sts"]));
    status.is_none_or(|status| status == "BOOK")
}

fn direction(node: Node<'_, '_>) -> Result<Option<Direction>, ReadError> {
    match text_at(node, &["CdtDbtInd"]) {
        None => Ok(None),
        Some("CRDT") => Ok(Some(Direction::Credit)),
        Some("DBIT") => Ok(Some(Direction::Debit)),
        Some(other) => Err(ReadError::at(line_of(node), format!("{other:?} is neither CRDT nor DBIT"))),
    }
}

fn money(node: Node<'_, '_>) -> Result<Option<Money>, ReadError> {
    let Some(amt) = child(node, "Amt") else { return Ok(None) };
    let line = line_of(amt);
    let currency = currency(line, amt.attribute("Ccy").unwrap_or_default())?;
    amount(line, amt.text().unwrap_or_default(), '.', currency).map(Some)
}

/// A date, or the date of a time.
fn day(entry: Node<'_, '_>, name: &str) -> Result<Option<NaiveDate>, ReadError> {
    let Some(node) = child(entry, name) else { return Ok(None) };
    let text = text_at(node, &["Dt"]).or_else(|| text_at(node, &["DtTm"]).and_then(|time| time.get(..10)));
    text.map(|text| date(line_of(node), text, "%Y-%m-%d")).transpose()
}

fn line_of(node: Node<'_, '_>) -> usize {
    node.range().start
}

fn children<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

fn text_at<'a>(node: Node<'a, 'a>, path: &[&str]) -> Option<&'a str> {
    let end = path.iter().try_fold(node, |node, name| child(node, name))?;
    end.text().map(str::trim).filter(|text| !text.is_empty())
}
