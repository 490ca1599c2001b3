//! Lists that are read page by page, by key.

use innkeeper_web::view::Pager;

/// Cuts a list that was read with one row more than a page to the page, and gives its pager.
/// `query` is what stands before the key in the address: empty, or ends in `&`.
pub(super) fn pager<T>(
    rows: &mut Vec<T>,
    page: i64,
    path: &str,
    query: &str,
    before: Option<i64>,
    key: impl Fn(&T) -> i64,
) -> Pager {
    let page = usize::try_from(page).unwrap_or_default();
    let is_more = rows.len() > page;
    rows.truncate(page);
    let older = rows.last().filter(|_| is_more).map(|last| format!("{path}?{query}before={}", key(last)));
    let newest = before.map(|_| format!("{path}?{}", query.trim_end_matches('&')));
    Pager::new(newest.map(|address| address.trim_end_matches('?').to_owned()), older)
}

#[cfg(test)]
mod tests {
    use super::pager;

    #[test]
    fn a_full_page_leads_on_and_a_later_one_leads_back() {
        let mut rows = vec![9, 8, 7];
        let html = pager(&mut rows, 2, "/invoices", "state=paid&", None, |id| *id).to_string();
        assert_eq!(rows, [9, 8]);
        assert!(html.contains("/invoices?state=paid&#38;before=8"), "{html}");
        assert!(!html.contains("rel=\"prev\""));
        let html = pager(&mut rows, 2, "/invoices", "", Some(10), |id| *id).to_string();
        assert!(html.contains("href=\"/invoices\" rel=\"prev\""), "{html}");
        assert!(!html.contains("rel=\"next\""));
    }
}
