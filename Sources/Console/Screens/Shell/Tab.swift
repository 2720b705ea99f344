import Messaging

/// The screens that are always there, in the order of the tab line.
package enum Tab: Int, Hashable, Sendable, CaseIterable {
    case overview, queues, deadLetters, load

    package var title: String {
        switch self {
        case .overview: "Overview"
        case .queues: "Queues"
        case .deadLetters: "Dead letters"
        case .load: "Load"
        }
    }
}
