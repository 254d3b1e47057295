//! The hub and syncing with it, below what is in dispute: where it is, who belongs to it, how far it is, what came of it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{Canvas, text::visible, widgets};
use crate::{app::HubInfo, i18n::Lang, text};

/// Draws the panel.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let sync = &canvas.app.data.sync;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("sync.screen.title"), false);
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let mut y = 0;
    let mut say = |buffer: &mut Buffer, said: &str, style: Style| {
        let below = Rect { y: room.y + y, height: room.height.saturating_sub(y), ..room };
        if below.height > 0 {
            y += widgets::paragraph(buffer, below, said, style);
        }
    };
    let theme = &canvas.theme;
    let Some(hub) = &sync.hub else {
        say(buffer, &canvas.t("sync.no-member"), theme.dim);
        say(buffer, &canvas.t("sync.no-member.hint"), theme.dim);
        return;
    };
    say(buffer, &visible(&format!("{}  {}", hub.name, hub.place)), theme.text);
    if let Some(progress) = sync.running {
        let key = if sync.stopping { text!("sync.screen.stopping") } else { text!("sync.screen.running") };
        say(buffer, &key.show(canvas.lang()), theme.accent);
        let far = text!(
            "sync.screen.progress",
            fetched = progress.fetched,
            fetched_size = progress.fetched_bytes / 1024,
            put = progress.put,
            put_size = progress.put_bytes / 1024
        );
        say(buffer, &far.show(canvas.lang()), theme.text);
    }
    if let Some(outcome) = &sync.outcome {
        // What does not count stands below, as long as it does not.
        let news = outcome.said(canvas.lang()).into_iter().filter(|(said, _)| said.key() != "sync.unheeded");
        for (said, is_bad) in news {
            say(buffer, &visible(&said.show(canvas.lang())), if is_bad { theme.warning } else { theme.text });
        }
        for error in &outcome.failed {
            say(buffer, &visible(&error.summary(canvas.lang())), theme.warning);
        }
    }
    for names in &hub.unheeded {
        let document = &names[usize::from(canvas.lang() == Lang::En)];
        let said = text!("sync.unheeded", document = document).show(canvas.lang());
        say(buffer, &visible(&said), theme.warning);
    }
    say(buffer, &visible(&members(canvas, hub)), theme.dim);
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
