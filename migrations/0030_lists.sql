-- Lists of rare states, and invoices searched by their bare number, stay fast in a large business.
create index client_state on client (state, id desc);
create index invoice_number on invoice (number);
