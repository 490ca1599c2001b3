//! Recurring billing as a whole.

mod ten_years;
