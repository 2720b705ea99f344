/// Leaves out the escape sequences of keys that nobody here knows, such as those of a media key.
///
/// Fed with the characters of one read, so that what was typed by hand is never taken for one:
/// a sequence arrives whole (ECMA-48, section 5.4; SS3 as in the VT100's keypad).
///
/// ```
/// ESC [ parameters and intermediates 0x20…0x3F, final 0x40…0x7E
/// ESC O final 0x20…0x7E
/// ```
package struct UnknownSequences: Equatable, Sendable {
    private enum State: Equatable {
        case outside
        case escape
        case control
        case singleShift
    }

    private var state = State.outside
    /// What may be the beginning of a sequence.
    private var held: [UInt32] = []

    /// Characters of a sequence at most; more are no key.
    package static let lengthMax = 32

    package init() {}

    /// Takes the next character of a read and gives back what is no part of a sequence, in order.
    package mutating func take(_ character: UInt32) -> [UInt32] {
        switch (self.state, character) {
        case (.outside, 0x1B): return self.hold(character, .escape)
        case (.outside, _): return [character]
        case (.escape, 0x5B): return self.hold(character, .control)
        case (.escape, 0x4F): return self.hold(character, .singleShift)
        case (.control, 0x20...0x3F) where self.held.count < Self.lengthMax:
            return self.hold(character, .control)
        case (.control, 0x40...0x7E), (.singleShift, 0x20...0x7E):
            self = UnknownSequences()
            return []
        case (.escape, _), (.control, _), (.singleShift, _):
            // No sequence after all; this character may begin the next one.
            return self.end() + self.take(character)
        }
    }

    /// Nothing more is there to read: gives back what was held.
    package mutating func end() -> [UInt32] {
        defer { self = UnknownSequences() }
        return self.held
    }

    private mutating func hold(_ character: UInt32, _ state: State) -> [UInt32] {
        self.held.append(character)
        self.state = state
        return []
    }
}
