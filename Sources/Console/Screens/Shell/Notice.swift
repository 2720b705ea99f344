import BrokerLink

/// A sentence for the person, in the place of the footer until the next key or, unless something
/// failed, some seconds later.
package struct Notice: Equatable, Sendable {
    /// How much it matters; the failures stay longest.
    package enum Level: Equatable, Sendable {
        case note
        case done
        case warning
        case failure
    }

    package var text: String
    package var level: Level

    package init(_ text: String, _ level: Level = .note) {
        self.text = text
        self.level = level
    }

    /// What a link said went wrong, and what to do.
    package static func failure(_ error: LinkError) -> Notice {
        Notice(error.description, .failure)
    }
}
