//! Recurring billing as a whole.

mod billing_day;
mod cases;
mod crowd;
mod early;
mod late_domains;
mod pauses;
mod ten_years;
mod terms;
