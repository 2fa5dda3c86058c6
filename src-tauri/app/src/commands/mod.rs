//! One command per question, grouped by the screen that asks it. Commands run off the main thread; the window never waits.

pub(crate) mod access;
pub(crate) mod clusters;
pub(crate) mod coverage;
pub(crate) mod doors;
pub(crate) mod findings;
mod lists;
pub(crate) mod live;
pub(crate) mod opening;
pub(crate) mod overview;
pub(crate) mod plan;
pub(crate) mod reports;
mod rows;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod signing;
mod steps;

use crate::transport::ProblemView;

pub(crate) type Answer<T> = Result<T, ProblemView>;
