/// The name of a broker that the console can be attached to.
package struct ContextName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { self.text }

    /// The broker in this process.
    package static let embedded = ContextName("embedded")
}
