//! The names that WHMCS and Clientexec have for hooks: each has one counterpart here, or one reason why
//! there is none. This is the only place that says so; [`crate::alias`] reads the parameters from it.

mod absent;
mod clientexec;
mod parameters;
mod whmcs;
mod whmcs_pages;

use std::sync::LazyLock;

/// Another system whose plugin authors come here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// WHMCS.
    Whmcs,
    /// Clientexec.
    Clientexec,
}

impl System {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Whmcs, Self::Clientexec];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Whmcs => "WHMCS",
            Self::Clientexec => "Clientexec",
        }
    }
    /// Every hook that it is publicly known to have.
    pub fn hooks(self) -> &'static [Foreign] {
        match self {
            Self::Whmcs => &WHMCS,
            Self::Clientexec => &CLIENTEXEC,
        }
    }
    fn named(self) -> impl Iterator<Item = &'static Named> {
        let (names, pages) = match self {
            Self::Whmcs => (whmcs::NAMES, whmcs_pages::NAMES),
            Self::Clientexec => (clientexec::NAMES, &[] as &[Named]),
        };
        names.iter().chain(pages)
    }
    fn absent(self) -> &'static [Absent] {
        match self {
            Self::Whmcs => absent::WHMCS,
            Self::Clientexec => absent::CLIENTEXEC,
        }
    }
    /// What stands for its hook `name` here; none if it has no such hook.
    pub fn counterpart(self, name: &str) -> Option<Counterpart> {
        let absent = || self.absent().iter().find(|a| a.names.contains(&name)).map(|a| Counterpart::None(a.reason));
        self.named().find(|n| n.theirs == name).map(Counterpart::Row).or_else(absent)
    }
    /// Its names for a canonical row.
    pub fn names_of(self, canonical: &str) -> impl Iterator<Item = &'static Named> {
        self.named().filter(move |n| n.ours == canonical)
    }
}

/// The canonical name behind another system's name.
pub fn counterpart(name: &str) -> Option<&'static str> {
    System::ALL.into_iter().find_map(|system| match system.counterpart(name) {
        Some(Counterpart::Row(named)) => Some(named.ours),
        _ => None,
    })
}

/// A hook of another system, as its documentation has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The part of their list.
    pub category: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Names and types of its parameters, in their order.
    pub parameters: Vec<(&'static str, &'static str)>,
    /// The kind of answer, then flags: `none`, `html`, `map abortcmd`.
    pub answer: &'static str,
}

/// What stands for a foreign name.
#[derive(Clone, Copy)]
pub enum Counterpart {
    /// A row of the catalogue.
    Row(&'static Named),
    /// Nothing, and why.
    None(&'static str),
}

/// A foreign name with a counterpart.
pub struct Named {
    /// Their name.
    pub theirs: &'static str,
    /// The canonical name.
    pub ours: &'static str,
    /// It stands only for payloads whose field has this value: one page of many, one mail of many.
    pub only: Option<(&'static str, &'static str)>,
    /// Their parameters.
    pub parameters: &'static [&'static Parameters],
}

/// How parameters are filled.
pub struct Parameters {
    /// Their name and our field. `params.pid` is the key `pid` of their `params`; `a.b` the field `b` of
    /// our `a`; `=text` is that text; `|sld` and `|tld` take the part before or after the first dot.
    pub gives: &'static [(&'static str, &'static str)],
    /// Those that cannot be filled, by reason.
    pub lacks: &'static [(&'static str, &'static [&'static str])],
}

impl Named {
    /// Their parameter and our field, for all that are filled.
    pub fn gives(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.parameters.iter().flat_map(|p| p.gives.iter().copied())
    }
    /// Their parameters that are not filled, each with the reason.
    pub fn lacks(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.parameters
            .iter()
            .flat_map(|p| p.lacks)
            .flat_map(|(reason, names)| names.iter().map(move |name| (*name, *reason)))
    }
}

struct Absent {
    reason: &'static str,
    names: &'static [&'static str],
}

static WHMCS: LazyLock<Vec<Foreign>> = LazyLock::new(|| parse(include_str!("../../data/whmcs.tsv")));
static CLIENTEXEC: LazyLock<Vec<Foreign>> = LazyLock::new(|| parse(include_str!("../../data/clientexec.tsv")));

fn parse(file: &'static str) -> Vec<Foreign> {
    let rows = file.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let (category, name, parameters, answer) = (cell(), cell(), cell(), cell());
        let parameters = parameters.split(';').filter_map(|p| p.split_once(':')).collect();
        Foreign { category, name, parameters, answer }
    })
    .collect()
}

/// `"Theirs" => "Ours" if "field" = "value", with [SHARED] { "theirs": "ours" } lacks { REASON: ["name"] };`
macro_rules! names {
    ($($theirs:literal => $ours:literal $(if $field:literal = $value:literal)? $(, with [$($shared:path),*])?
        $({ $($give:literal: $path:literal),* $(,)? })? $(lacks { $($reason:expr => [$($lack:literal),*]),* $(,)? })? ;)*) => {
        &[$($crate::foreign::Named {
            theirs: $theirs,
            ours: $ours,
            only: names!(@only $($field $value)?),
            parameters: &[$($(&$shared,)*)? &$crate::foreign::Parameters {
                gives: &[$($(($give, $path)),*)?],
                lacks: &[$($(($reason, &[$($lack),*])),*)?],
            }],
        }),*]
    };
    (@only) => { None };
    (@only $field:literal $value:literal) => { Some(($field, $value)) };
}
use names;

#[cfg(test)]
mod tests;
