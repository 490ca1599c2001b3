-- Search looks inside invoice numbers and product names, too.
create index invoice_number_search on invoice using gin (number_text gin_trgm_ops);
create index product_search on product using gin (name gin_trgm_ops, slug gin_trgm_ops);
