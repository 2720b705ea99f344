import BrokerLink

/// A sentence for the person, shown above the footer until the next key or for some seconds.
package struct Notice: Equatable, Sendable {
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
