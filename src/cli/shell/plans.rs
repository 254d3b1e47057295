//! What the terminal program does with plans: comparing them, and generating checklists from them.

use crate::{
    app::{Against, Made},
    checklist::Request,
    error::Result,
    plan::{self, Comparison, PlanId},
    store::Workspace,
};

/// Compares a plan with an older one: its own reading before, or another plan.
pub fn compare(workspace: &Workspace, plan: &PlanId, against: &Against) -> Result<Comparison> {
    let old = match against {
        Against::Plan(old) => workspace.plan(old)?,
        Against::Previous => workspace.previous_reading(plan)?,
    };
    Ok(plan::compare(old, workspace.plan(plan)?))
}

/// Generates checklists from a plan of the workspace and writes them, or says what would be written.
pub fn generate(workspace: &Workspace, plan: &PlanId, request: &Request, dry_run: bool) -> Result<Made> {
    let generated = workspace.generate(request, false, &workspace.plan(plan)?)?;
    let mut kept = workspace.keep_generated(&generated.found, dry_run)?;
    kept.damaged.extend(generated.damaged);
    Ok((kept, generated.found.into_iter().flat_map(|one| one.notes).collect()))
}
