import Canvas

/// A ``Dialog`` while it is answered. What does no harm is focused until the person moves on: the
/// button that does nothing, or the text that has to be typed first.
struct DialogBox: Sendable {
    enum Button: Hashable, Sendable, CaseIterable {
        case cancel, confirm
    }

    /// What keys can go to.
    enum Part: Hashable, Sendable {
        case option(Int)
        case pace
        case field
        case button(Button)
    }

    let dialog: Dialog
    private(set) var focus = Part.button(.cancel)
    /// What has to be typed, or the dialog's own field.
    private(set) var field: TextField
    /// Whether each option is on.
    private(set) var isOn: [Bool]
    private(set) var pace: DialogPace?
    /// Whether another text was given than has to be typed.
    private(set) var isMistyped = false

    init(_ dialog: Dialog) {
        self.dialog = dialog
        if dialog.typedText != nil { self.focus = .field }
        self.field = TextField(dialog.typedText == nil ? dialog.field?.text ?? "" : "")
        self.isOn = dialog.options.map(\.isOn)
        self.pace = dialog.pace
    }

    /// Whether yes may be said: always, unless a text has to be typed first.
    var isUnlocked: Bool {
        self.dialog.typedText.map { $0 == self.field.text } ?? true
    }

    /// Whether letters are typed now.
    var takesText: Bool { self.dialog.typedText != nil || self.focus == .field }

    mutating func take(_ input: OverlayInput, on screen: Area) -> OverlayOutcome {
        switch input {
        case .key(let key): return self.take(key)
        case .mouse(let event):
            guard event.action == .click || event.action == .doubleClick else { return .stays }
            let layout = DialogLayout(self.dialog, on: screen)
            guard let part = layout.part(row: event.row, column: event.column) else {
                return .stays
            }
            self.focus = part
            switch part {
            case .pace:
                if layout.slower?.contains(row: event.row, column: event.column) == true {
                    self.pace?.slower()
                } else if layout.faster?.contains(row: event.row, column: event.column) == true {
                    self.pace?.faster()
                }
                return .stays
            case .field: return .stays
            case .option, .button: return self.press()
            }
        }
    }

    private mutating func take(_ key: Key) -> OverlayOutcome {
        switch key {
        case .escape: return .closes
        case .enter: return self.press()
        case .tab: self.turnFocus(by: 1)
        case .backTab: self.turnFocus(by: -1)
        case .character(" ") where self.isOptionFocused: return self.press()
        case .left where self.focus == .pace, .character("-") where self.focus == .pace:
            self.pace?.slower()
        case .right where self.focus == .pace, .character("+") where self.focus == .pace:
            self.pace?.faster()
        default:
            // Letters belong to the text when one has to be typed, wherever the keys were.
            guard self.takesText, self.field.type(key) else { return self.chosen(by: key) }
            self.focus = .field
            self.isMistyped = false
        }
        return .stays
    }

    private mutating func chosen(by key: Key) -> OverlayOutcome {
        switch key {
        case .up: self.turnFocus(by: -1)
        case .down: self.turnFocus(by: 1)
        case _ where self.takesText: break
        case .character("n"), .character("q"): return .closes
        case .character("y"):
            self.focus = .button(.confirm)
            return self.press()
        case .character("-"): self.pace?.slower()
        case .character("+"): self.pace?.faster()
        case .left, .character("h"): self.focus = .button(.cancel)
        case .right, .character("l"): self.focus = .button(.confirm)
        case .character("k"): self.turnFocus(by: -1)
        case .character("j"): self.turnFocus(by: 1)
        case .character(let letter):
            let place = self.dialog.options.firstIndex { $0.kind.letter == letter }
            if let place { self.isOn[place].toggle() }
        default: break
        }
        return .stays
    }

    private var isOptionFocused: Bool {
        if case .option = self.focus { true } else { false }
    }

    private mutating func turnFocus(by step: Int) {
        let parts = self.dialog.parts
        let place = parts.firstIndex(of: self.focus) ?? 0
        self.focus = parts[(place + step + parts.count) % parts.count]
    }

    private mutating func press() -> OverlayOutcome {
        switch self.focus {
        case .option(let place): self.isOn[place].toggle()
        case .button(.cancel): return .closes
        case .button(.confirm) where self.isUnlocked: return .asks(self.effects)
        case .field where !self.isUnlocked, .button(.confirm):
            self.focus = .field
            self.isMistyped = true
        case .pace, .field: self.focus = .button(.confirm)
        }
        return .stays
    }

    /// The effects as the person wants them; what was not touched stays as the question put it.
    private var effects: [ScreenEffect] {
        self.dialog.effects.map { effect in
            guard case .work(var work) = effect else { return effect }
            for (option, isOn) in zip(self.dialog.options, self.isOn) where isOn != option.isOn {
                work = work.with(option.kind, isOn: isOn)
            }
            if let pace = self.pace { work = work.with(pace) }
            if let field = self.dialog.field, !self.field.text.isEmpty,
                self.field.text != field.text
            {
                work = work.with(text: self.field.text)
            }
            return .work(work)
        }
    }
}

extension Dialog {
    /// What keys can go to, from top to bottom.
    var parts: [DialogBox.Part] {
        self.options.indices.map { .option($0) } + (self.pace == nil ? [] : [.pace])
            + (self.field != nil || self.typedText != nil ? [.field] : [])
            + DialogBox.Button.allCases.map { .button($0) }
    }
}
