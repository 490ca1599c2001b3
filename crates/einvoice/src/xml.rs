//! Writing XML. An element is a closure, so none can be left open; text is escaped here and nowhere else.
//! The texts were cleaned when the document was judged, so that nothing is left that XML cannot carry.

/// A document that grows.
pub(crate) struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    /// A document with this root element.
    pub fn document(root: &str, attributes: &[(&str, &str)], inner: impl FnOnce(&mut Self)) -> String {
        let mut xml = Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".into(), depth: 0 };
        xml.element(root, attributes, inner);
        xml.out.push('\n');
        xml.out
    }

    /// An element that holds others.
    pub fn within(&mut self, tag: &str, inner: impl FnOnce(&mut Self)) {
        self.element(tag, &[], inner);
    }

    fn element(&mut self, tag: &str, attributes: &[(&str, &str)], inner: impl FnOnce(&mut Self)) {
        self.open(tag, attributes);
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        self.indent();
        self.close(tag);
    }

    /// An element that holds a text.
    pub fn text(&mut self, tag: &str, text: &str) {
        self.text_with(tag, &[], text);
    }

    /// The same with attributes.
    pub fn text_with(&mut self, tag: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(tag, attributes);
        self.escape(text);
        self.close(tag);
    }

    /// An element that is left out if the text is empty.
    pub fn optional(&mut self, tag: &str, text: &str) {
        if !text.is_empty() {
            self.text(tag, text);
        }
    }

    fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.escape(value);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    fn indent(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&apos;"),
                c => self.out.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_nest_and_texts_are_escaped() {
        let written = Xml::document("a", &[("x", "1\"<")], |xml| {
            xml.within("b", |xml| xml.text("c", "<&>\"' ñ"));
            xml.optional("d", "");
        });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1&quot;&lt;\">\n  <b>\n    \
                        <c>&lt;&amp;&gt;&quot;&apos; ñ</c>\n  </b>\n</a>\n";
        assert_eq!(written, expected);
    }
}
