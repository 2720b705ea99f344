/// A question that has to be answered before something is done. Cancel is focused.
package struct Dialog: Equatable, Sendable {
    /// Names what it is about, such as `Purge orders.payment?`.
    package var title: String
    /// What will happen, to how much, and whether it can be undone.
    package var lines: [String]
    /// The button that does it, such as `Purge 48,120 messages`.
    package var verb: String
    package var isDestructive: Bool
    /// A text that has to be typed first, such as a protected queue's name.
    package var typedText: String?
    /// What is done on yes.
    package var effects: [ScreenEffect]

    package init(
        title: String, lines: [String], verb: String, isDestructive: Bool = true,
        typedText: String? = nil, effects: [ScreenEffect]
    ) {
        self.title = title
        self.lines = lines
        self.verb = verb
        self.isDestructive = isDestructive
        self.typedText = typedText
        self.effects = effects
    }
}
