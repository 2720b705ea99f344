import Canvas

/// What lies over a screen and takes its keys until it is answered or left.
enum Overlay: Sendable {
    case dialog(DialogBox)
    case prompt(PromptLine)
    case palette(Palette)
    case help(HelpPage)
    case themes(ThemePicker)
    case contexts(ContextPicker)

    var takesText: Bool {
        switch self {
        case .prompt, .palette: true
        case .dialog(let box): box.takesText
        case .help, .themes, .contexts: false
        }
    }
}

/// What a person did while something lies over the screen.
enum OverlayInput: Sendable {
    case key(Key)
    case mouse(MouseEvent)
}

/// What an overlay made of it.
enum OverlayOutcome: Sendable {
    case stays
    case closes
    /// Closes, and asks for this.
    case asks([ScreenEffect])
    /// Closes, and does what was chosen from the key table.
    case chooses(KeyTable.Row)
    /// Stays, and asks for this meanwhile, such as a theme to look at.
    case previews([ScreenEffect])
    /// Stays, and tells the screen.
    case tells(ScreenMessage)
    /// Closes, and tells the screen.
    case answers(ScreenMessage)
}

extension Console {
    mutating func overlayTakes(_ input: OverlayInput) -> [ConsoleEffect] {
        let screen = ShellLayout(columns: self.columns, rows: self.rows).screen
        guard let (overlay, outcome) = self.overlayAnswer(to: input, on: screen) else { return [] }
        self.overlay = overlay
        switch outcome {
        case .stays: return []
        case .previews(let effects): return self.perform(effects)
        case .tells(let message): return self.tellTop(message)
        case .closes:
            self.overlay = nil
            return []
        case .asks(let effects):
            self.overlay = nil
            return self.perform(effects)
        case .chooses(let row):
            self.overlay = nil
            return self.choose(row)
        case .answers(let message):
            self.overlay = nil
            return self.tellTop(message)
        }
    }

    private func overlayAnswer(
        to input: OverlayInput, on screen: Area
    ) -> (Overlay, OverlayOutcome)? {
        switch self.overlay {
        case nil: return nil
        case .dialog(var box):
            let outcome = box.take(input, on: screen)
            return (.dialog(box), outcome)
        case .prompt(var line):
            let outcome = line.take(input)
            return (.prompt(line), outcome)
        case .palette(var palette):
            let outcome = palette.take(input, on: screen)
            return (.palette(palette), outcome)
        case .help(var help):
            let table = KeyTable(of: self.topScreen, in: self.context)
            let outcome = help.take(input, table: table, on: screen)
            return (.help(help), outcome)
        case .themes(var picker):
            let outcome = picker.take(input, on: screen)
            return (.themes(picker), outcome)
        case .contexts(var picker):
            let outcome = picker.take(input, on: screen)
            return (.contexts(picker), outcome)
        }
    }
}
