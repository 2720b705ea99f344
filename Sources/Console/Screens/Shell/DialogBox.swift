import Canvas

/// A ``Dialog`` while it is answered. Cancel is focused until the person moves on.
struct DialogBox: Sendable {
    enum Button: Hashable, Sendable, CaseIterable {
        case cancel, confirm
    }

    let dialog: Dialog
    private(set) var focus = Button.cancel
    private(set) var field = TextField()

    init(_ dialog: Dialog) { self.dialog = dialog }

    /// Whether yes may be said: always, unless a text has to be typed first.
    var isUnlocked: Bool {
        self.dialog.typedText.map { $0 == self.field.text } ?? true
    }

    mutating func take(_ input: OverlayInput, on screen: Area) -> OverlayOutcome {
        switch input {
        case .key(let key): return self.take(key)
        case .mouse(let event):
            guard event.action == .click || event.action == .doubleClick else { return .stays }
            let layout = DialogLayout(self.dialog, on: screen)
            for button in Button.allCases
            where layout.buttons[button]?.contains(row: event.row, column: event.column) == true {
                self.focus = button
                return self.press()
            }
            return .stays
        }
    }

    private mutating func take(_ key: Key) -> OverlayOutcome {
        switch key {
        case .escape: return .closes
        case .enter: return self.press()
        case .tab, .backTab:
            self.focus = self.focus == .cancel ? .confirm : .cancel
            return .stays
        default: break
        }
        // Letters belong to the text when one has to be typed.
        if self.dialog.typedText != nil {
            _ = self.field.type(key)
            return .stays
        }
        switch key {
        case .character("n"), .character("q"): return .closes
        case .character("y"):
            self.focus = .confirm
            return self.press()
        case .left, .character("h"): self.focus = .cancel
        case .right, .character("l"): self.focus = .confirm
        default: break
        }
        return .stays
    }

    private func press() -> OverlayOutcome {
        switch self.focus {
        case .cancel: .closes
        case .confirm: self.isUnlocked ? .asks(self.dialog.effects) : .stays
        }
    }
}
