import BrokerLink
import Canvas

/// Every key of a screen and of the shell, and whether it does something now.
///
/// Keys are looked up here and help, footer and palette are drawn from here, so that they
/// cannot disagree.
struct KeyTable {
    enum Choice: Equatable {
        /// The place in the screen's `Action.allCases`.
        case screen(Int)
        case shell(ShellAction)
        case tab(Tab)
    }

    struct Row {
        var choice: Choice
        var action: KeyAction
        var availability: Availability

        var isAvailable: Bool { self.availability == .available }
    }

    /// The screen's own rows, in its order.
    private(set) var screenRows: [Row]
    /// The shell's rows whose keys the screen does not use itself.
    private(set) var shellRows: [Row]

    init(of screen: some Screen, in context: ScreenContext) {
        let screenRows = zip(0..., type(of: screen).allActions).map { place, action in
            let keyAction = screen.keyAction(for: action, in: context)
            return Row(
                choice: .screen(place), action: keyAction,
                availability: Self.availability(of: keyAction, in: context) {
                    screen.availability(of: action, in: context)
                })
        }
        let taken = Set(screenRows.flatMap(\.action.keys))
        self.screenRows = screenRows
        self.shellRows = ShellAction.allCases.compactMap { action in
            var keyAction = action.keyAction
            keyAction.keys.removeAll(where: taken.contains)
            guard !keyAction.keys.isEmpty else { return nil }
            return Row(
                choice: .shell(action), action: keyAction,
                availability: action.availability(in: context))
        }
    }

    var rows: [Row] { self.screenRows + self.shellRows }

    func row(for key: Key) -> Row? {
        self.screenRows.first { $0.action.keys.contains(key) }
            ?? self.shellRows.first { $0.action.keys.contains(key) }
    }

    /// Read-only mode and what the broker cannot do come before what the screen knows.
    private static func availability(
        of action: KeyAction, in context: ScreenContext, otherwise own: () -> Availability
    ) -> Availability {
        if action.kind != .view, let reason = context.readOnlyReason {
            return .unavailable(because: reason)
        }
        if let capability = action.needs, case let refusal = context.availability(of: capability),
            refusal != .available
        {
            return refusal
        }
        return own()
    }
}

extension ShellAction {
    /// Whether it means something now.
    fileprivate func availability(in context: ScreenContext) -> Availability {
        self == .contexts && context.contexts.choices.isEmpty
            ? .unavailable(because: "the configuration has no contexts") : .available
    }
}

extension Screen {
    fileprivate static var allActions: Action.AllCases { Action.allCases }
}

extension ScreenContext {
    /// Why nothing can be changed, as the end of a sentence; nil when it can.
    var readOnlyReason: String? {
        if self.isReadOnly { return "the console was started with --read-only" }
        guard let shown = self.contexts.shown, shown.isReadOnly else { return nil }
        return "the context \(shown.name) is read-only"
    }
}
