//! What a text may be made of. Everything else is refused before it is compiled, with its line.
//!
//! Allowed are `{{ variable }}`, `{% if %}` with `elif`, `else`, `and`, `or`, `not` and comparisons, `{% for %}` over a
//! list with `loop.first`, `loop.last` and `loop.index`, comments, and the filters in [`FILTERS`]. There is nothing
//! that keeps or builds a value (no `set`, `macro`, `~`, `*`), so that no value grows beyond what was put in, and
//! nothing that reaches another text or a method.

use minijinja::{
    Error, Value,
    machinery::{Span, Token, ast, parse, tokenize},
    syntax::SyntaxConfig,
};

use super::catalogue::Kind;

/// Filters: the name, what it takes, what it gives, and whether it takes a text beside that.
pub(super) const FILTERS: [(&str, Takes, Kind, bool); 6] = [
    ("upper", Takes::Text, Kind::Text, false),
    ("lower", Takes::Text, Kind::Text, false),
    ("length", Takes::List, Kind::Number, false),
    ("join", Takes::List, Kind::Text, true),
    ("first", Takes::List, Kind::Text, false),
    ("last", Takes::List, Kind::Text, false),
];

/// What a filter takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Text,
    List,
}

/// Most tags of a text, and most parts of one tag.
const MOST_TAGS: usize = 400;
const MOST_PARTS: usize = 120;
/// How deep tags may stand in each other.
const DEEPEST: usize = 20;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Counts from 1.
    pub line: usize,
    /// A phrase.
    pub text: String,
}

impl Fault {
    pub(super) fn new(line: usize, text: impl Into<String>) -> Self {
        Self { line, text: text.into() }
    }
    pub(super) fn of(error: &Error) -> Self {
        let text = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        Self::new(error.line().unwrap_or(1), text)
    }
}

/// Everything in a text that is wrong; `known` tells what a variable holds.
pub(super) fn check(source: &str, syntax: &SyntaxConfig, known: &dyn Fn(&str) -> Option<Kind>) -> Vec<Fault> {
    if let Some(fault) = too_much(source, syntax) {
        return vec![fault];
    }
    match parse(source, "text", syntax.clone()) {
        Err(error) => vec![Fault::of(&error)],
        Ok(tree) => {
            let mut walk = Walk { known, each: vec![], depth: 0, faults: vec![] };
            walk.statement(&tree);
            walk.faults
        }
    }
}

/// Sizes are looked at before the text is parsed: parsing recurses.
fn too_much(source: &str, syntax: &SyntaxConfig) -> Option<Fault> {
    let (mut tags, mut parts) = (0, 0);
    for token in tokenize(source, false, syntax.clone()) {
        let (token, span) = match token {
            Ok(token) => token,
            Err(error) => return Some(Fault::of(&error)),
        };
        match token {
            Token::TemplateData(_) => parts = 0,
            Token::VariableStart | Token::BlockStart => {
                tags += 1;
                parts = 0;
            }
            _ => parts += 1,
        }
        if tags > MOST_TAGS {
            return Some(Fault::new(line(span), format!("has more than {MOST_TAGS} tags")));
        }
        if parts > MOST_PARTS {
            return Some(Fault::new(line(span), "this tag is too long"));
        }
    }
    None
}

fn line(span: Span) -> usize {
    span.start_line.into()
}

struct Walk<'k, 's> {
    known: &'k dyn Fn(&str) -> Option<Kind>,
    /// Names of the entries of the loops around.
    each: Vec<&'s str>,
    depth: usize,
    faults: Vec<Fault>,
}

impl<'s> Walk<'_, 's> {
    fn fault(&mut self, span: Span, text: impl Into<String>) {
        let fault = Fault::new(line(span), text);
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
    fn not_allowed(&mut self, span: Span, what: &str) {
        self.fault(span, format!("{what} cannot be used here; a text has variables, if and for"));
    }

    fn statements(&mut self, all: &[ast::Stmt<'s>]) {
        self.depth += 1;
        for statement in all {
            self.statement(statement);
        }
        self.depth -= 1;
    }

    fn statement(&mut self, statement: &ast::Stmt<'s>) {
        use ast::Stmt;
        match statement {
            Stmt::Template(all) => self.statements(&all.children),
            Stmt::EmitRaw(_) => {}
            Stmt::EmitExpr(emit) => {
                if self.value(&emit.expr) == Some(Kind::List) {
                    self.fault(emit.span(), "a list is not printed as it is: go through it with for, or use join");
                }
            }
            Stmt::IfCond(cond) => self.choice(cond),
            Stmt::ForLoop(each) => self.each(each),
            Stmt::WithBlock(s) => self.not_allowed(s.span(), "with"),
            Stmt::Set(s) => self.not_allowed(s.span(), "set"),
            Stmt::SetBlock(s) => self.not_allowed(s.span(), "set"),
            Stmt::AutoEscape(s) => self.not_allowed(s.span(), "autoescape"),
            Stmt::FilterBlock(s) => self.not_allowed(s.span(), "filter"),
            Stmt::Do(s) => self.not_allowed(s.span(), "do"),
            #[allow(unreachable_patterns, reason = "more statements if another crate switches more features on")]
            _ => self.fault(Span::default(), "holds a statement that a text cannot have"),
        }
    }

    fn choice(&mut self, cond: &ast::Spanned<ast::IfCond<'s>>) {
        self.value(&cond.expr);
        // An elif is an if in the other branch: a long row of them is not deep for the reader, but is for us.
        if self.depth > DEEPEST {
            return self.fault(cond.span(), "stands too deep in other tags");
        }
        self.statements(&cond.true_body);
        self.statements(&cond.false_body);
    }

    fn each(&mut self, each: &ast::Spanned<ast::ForLoop<'s>>) {
        if self.depth > DEEPEST {
            return self.fault(each.span(), "stands too deep in other tags");
        }
        if each.recursive || each.filter_expr.is_some() {
            self.not_allowed(each.span(), "a loop of this kind");
        }
        let kind = self.value(&each.iter);
        if kind.is_some_and(|kind| kind != Kind::List) {
            self.fault(each.span(), "only a list can be gone through with for");
        }
        let ast::Expr::Var(target) = &each.target else {
            return self.not_allowed(each.span(), "a loop over several names");
        };
        self.each.push(target.id);
        self.statements(&each.body);
        self.each.pop();
        self.statements(&each.else_body);
    }

    /// What an expression holds, if that can be told.
    fn value(&mut self, expr: &ast::Expr<'s>) -> Option<Kind> {
        use ast::Expr;
        match expr {
            Expr::Const(_) => Some(Kind::Text),
            Expr::Var(var) => self.variable(var.id, var.span()),
            Expr::GetAttr(part) => self.part(part),
            Expr::UnaryOp(op) if matches!(op.op, ast::UnaryOpKind::Not) => {
                self.value(&op.expr);
                Some(Kind::Flag)
            }
            Expr::BinOp(op) if is_comparison(op.op) => self.both(&op.left, &op.right),
            Expr::Compare(chain) => {
                self.value(&chain.expr);
                for op in &chain.ops {
                    self.value(&op.expr);
                }
                Some(Kind::Flag)
            }
            Expr::IfExpr(choice) => {
                self.value(&choice.test_expr);
                let yes = self.value(&choice.true_expr);
                choice.false_expr.as_ref().map_or(yes, |no| self.value(no).or(yes))
            }
            Expr::Filter(filter) => self.filter(filter),
            other => {
                self.not_allowed(other.span(), &format!("this {}", other.description()));
                None
            }
        }
    }

    fn both(&mut self, left: &ast::Expr<'s>, right: &ast::Expr<'s>) -> Option<Kind> {
        let (left, right) = (self.value(left), self.value(right));
        // `a or b` is one of the two.
        left.or(right)
    }

    fn variable(&mut self, name: &'s str, span: Span) -> Option<Kind> {
        if self.each.contains(&name) {
            return Some(Kind::Text);
        }
        let kind = (self.known)(name);
        if kind.is_none() {
            self.fault(span, format!("there is no variable {name}"));
        }
        kind
    }

    fn part(&mut self, part: &ast::Spanned<ast::GetAttr<'s>>) -> Option<Kind> {
        let of_loop = matches!(&part.expr, ast::Expr::Var(var) if var.id == "loop") && !self.each.is_empty();
        match part.name {
            "first" | "last" if of_loop => Some(Kind::Flag),
            "index" | "length" if of_loop => Some(Kind::Number),
            name => {
                self.fault(part.span(), format!("there is nothing called .{name} here"));
                None
            }
        }
    }

    fn filter(&mut self, filter: &ast::Spanned<ast::Filter<'s>>) -> Option<Kind> {
        let name = filter.name;
        let Some((_, takes, gives, more)) = FILTERS.iter().find(|(known, ..)| *known == name) else {
            let known = FILTERS.map(|(known, ..)| known).join(", ");
            self.fault(filter.span(), format!("there is no filter {name}; there are {known}"));
            return None;
        };
        let kind = filter.expr.as_ref().and_then(|expr| self.value(expr));
        if kind.is_some_and(|kind| (kind == Kind::List) != (*takes == Takes::List)) {
            let wanted = if *takes == Takes::List { "a list" } else { "a text" };
            self.fault(filter.span(), format!("{name} is for {wanted}"));
        }
        match filter.args.as_slice() {
            [] => {}
            [ast::CallArg::Pos(ast::Expr::Const(text))] if *more && is_short(&text.value) => {}
            _ if *more => self.fault(filter.span(), format!("{name} takes one short text, in quotes")),
            _ => self.fault(filter.span(), format!("{name} takes nothing in brackets")),
        }
        Some(*gives)
    }
}

fn is_short(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() <= 100)
}

fn is_comparison(op: ast::BinOpKind) -> bool {
    use ast::BinOpKind::{Eq, Gt, Gte, In, Lt, Lte, Ne, ScAnd, ScOr};
    matches!(op, Eq | Ne | Lt | Lte | Gt | Gte | In | ScAnd | ScOr)
}
