import BrokerLink
import Canvas

/// One row of the key table: help, footer and palette are made from it.
package struct KeyAction: Equatable, Sendable {
    /// What an action does to the broker.
    package enum Kind: Equatable, Sendable {
        /// Looks, moves, or changes only what the console shows.
        case view
        /// Changes something on the broker that can be put back, such as a requeue.
        case change
        /// Destroys something; its key is upper case.
        case destructive
    }

    /// Keys that help shows as one row, such as `1-9  sort by column`.
    package struct Family: Equatable, Sendable {
        package var keys: String
        package var title: String

        package init(keys: String, title: String) {
            self.keys = keys
            self.title = title
        }
    }

    /// The first one is shown.
    package var keys: [Key]
    /// What it does, as a command: `purge`, `requeue to where it died`.
    package var title: String
    /// One or two words for the footer; nil keeps it out of there.
    package var footer: String?
    package var kind: Kind
    /// What the broker has to be able to do for it.
    package var needs: Capability?
    package var family: Family?

    package init(
        _ keys: [Key], _ title: String, footer: String? = nil, kind: Kind = .view,
        needs: Capability? = nil, family: Family? = nil
    ) {
        self.keys = keys
        self.title = title
        self.footer = footer
        self.kind = kind
        self.needs = needs
        self.family = family
    }
}
