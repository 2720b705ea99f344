/// A question that has to be answered before something is done. The harmless button is focused.
package struct Dialog: Equatable, Sendable {
    /// A condition that a person may turn on or off.
    package struct Option: Equatable, Sendable {
        /// What it means for the effects.
        package enum Kind: Hashable, Sendable {
            case onlyIfEmpty, onlyIfUnused
        }

        package var kind: Kind
        /// As the question puts it.
        package var isOn: Bool

        package init(_ kind: Kind, isOn: Bool) {
            self.kind = kind
            self.isOn = isOn
        }
    }

    /// A line of text that may be left as it is.
    package struct Field: Equatable, Sendable {
        package var label: String
        package var text: String

        package init(label: String, text: String) {
            self.label = label
            self.text = text
        }
    }

    /// Names what it is about, such as `Purge orders.payment?`.
    package var title: String
    /// What will happen, to how much, and whether it can be undone.
    package var lines: [String]
    /// The button that does it, such as `Purge 48,120 messages`.
    package var verb: String
    /// The button that does nothing.
    package var refusal: String
    package var isDestructive: Bool
    package var options: [Option]
    /// How fast the effects go; nil where that is nobody's to choose.
    package var pace: DialogPace?
    /// What the effects are done with, such as a reason.
    package var field: Field?
    /// A text that has to be typed first, such as a protected queue's name.
    package var typedText: String?
    /// What is done on yes.
    package var effects: [ScreenEffect]

    package init(
        title: String, lines: [String], verb: String, refusal: String = "Cancel",
        isDestructive: Bool = true, options: [Option] = [], pace: DialogPace? = nil,
        field: Field? = nil, typedText: String? = nil, effects: [ScreenEffect]
    ) {
        self.title = title
        self.lines = lines
        self.verb = verb
        self.refusal = refusal
        self.isDestructive = isDestructive
        self.options = options
        self.pace = pace
        self.field = field
        self.typedText = typedText
        self.effects = effects
    }
}

extension Dialog.Option.Kind {
    /// The letter that turns it on and off.
    var letter: Character {
        switch self {
        case .onlyIfEmpty: "e"
        case .onlyIfUnused: "u"
        }
    }

    var label: String {
        switch self {
        case .onlyIfEmpty: "only if it is empty"
        case .onlyIfUnused: "only if nobody consumes it"
        }
    }
}

extension ConsoleEffect {
    /// The effect with a condition that a person turned on or off.
    func with(_ kind: Dialog.Option.Kind, isOn: Bool) -> ConsoleEffect {
        guard case .deleteQueue(let queue, let ifUnused, let ifEmpty) = self else { return self }
        return switch kind {
        case .onlyIfEmpty: .deleteQueue(queue, ifUnused: ifUnused, ifEmpty: isOn)
        case .onlyIfUnused: .deleteQueue(queue, ifUnused: isOn, ifEmpty: ifEmpty)
        }
    }

    /// The effect with the text that a person typed.
    func with(text: String) -> ConsoleEffect {
        guard case .closeConnection(let id, let client, _) = self else { return self }
        return .closeConnection(id, client: client, reason: text)
    }
}
