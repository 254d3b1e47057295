//! The hub and syncing with it, below what is in dispute: where it is, who belongs to it, how far it is, what came of it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    Canvas,
    text::{visible, wrap_at_most},
    widgets,
};
use crate::{app::HubInfo, i18n::Lang, text};

/// Draws the panel: what somebody should look at comes first, the members last. Where not all has room, it says how much more
/// there is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("sync.screen.title"), false);
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let said = said(canvas);
    let mut y = 0;
    for (at, (text, style)) in said.iter().enumerate() {
        let below = Rect { y: room.y + y, height: room.height.saturating_sub(y), ..room };
        let is_last = at + 1 == said.len();
        let height = wrap_at_most(text, usize::from(room.width.max(2)), usize::from(room.height) + 1).len();
        // But for the last one there has to be a row left to say that there is more.
        if below.height == 0 || !is_last && at > 0 && height >= usize::from(below.height) {
            let more = text!("sync.screen.more", count = said.len() - at).show(canvas.lang());
            widgets::paragraph(buffer, below, &more, canvas.theme.accent);
            return;
        }
        y += widgets::paragraph(buffer, below, text, *style);
    }
}

/// Lists what there is to say.
fn said(canvas: &Canvas<'_>) -> Vec<(String, Style)> {
    let (sync, theme, lang) = (&canvas.app.data.sync, &canvas.theme, canvas.lang());
    let Some(hub) = &sync.hub else {
        return ["sync.no-member", "sync.no-member.hint"].map(|key| (canvas.t(key), theme.dim)).into();
    };
    let mut said = vec![(visible(&format!("{}  {}", hub.name, hub.place)).into_owned(), theme.text)];
    if let Some(progress) = sync.running {
        let key = if sync.stopping { text!("sync.screen.stopping") } else { text!("sync.screen.running") };
        said.push((key.show(lang), theme.accent));
        let far = text!(
            "sync.screen.progress",
            fetched = progress.fetched,
            fetched_size = progress.fetched_bytes / 1024,
            put = progress.put,
            put_size = progress.put_bytes / 1024
        );
        said.push((far.show(lang), theme.text));
        if progress.files > 0 {
            said.push((text!("sync.screen.files", files = progress.files).show(lang), theme.text));
        }
    }
    let (mut bad, mut good) = (Vec::new(), Vec::new());
    if let Some(outcome) = &sync.outcome {
        bad.extend(outcome.failed.iter().map(|error| error.summary(lang)));
        // What does not count is told as long as it does not.
        for (text, is_bad) in outcome.said(lang).into_iter().filter(|(text, _)| text.key() != "sync.unheeded") {
            if is_bad { bad.push(text.show(lang)) } else { good.push(text.show(lang)) }
        }
    }
    let unheeded = hub.unheeded.iter().map(|names| &names[usize::from(lang == Lang::En)]);
    bad.extend(unheeded.map(|document| text!("sync.unheeded", document = document).show(lang)));
    said.extend(bad.iter().map(|text| (visible(text).into_owned(), theme.warning)));
    said.extend(good.iter().map(|text| (visible(text).into_owned(), theme.text)));
    said.push((visible(&members(canvas, hub)).into_owned(), theme.dim));
    said
}

fn members(canvas: &Canvas<'_>, hub: &HubInfo) -> String {
    let each = hub.members.iter().map(|member| {
        let roles: Vec<_> = member.roles.iter().map(|role| canvas.t(role.name_key())).collect();
        let standing = if member.removed { canvas.t("hub.is-revoked") } else { roles.join("/") };
        format!("{}({standing})", member.person)
    });
    let all = each.collect::<Vec<_>>().join("  ");
    text!("sync.screen.members", count = hub.members.len(), all = all).show(canvas.lang())
}
