//! Recurring billing as a whole.

mod cases;
mod crowd;
mod ten_years;
mod terms;
