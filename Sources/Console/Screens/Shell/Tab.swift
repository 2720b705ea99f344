import Messaging

/// The screens that are always there, in the order of the tab line.
package enum Tab: Int, Hashable, Sendable, CaseIterable {
    case overview, queues, deadLetters, consumers, connections, load

    package var title: String {
        switch self {
        case .overview: "Overview"
        case .queues: "Queues"
        case .deadLetters: "Dead letters"
        case .consumers: "Consumers"
        case .connections: "Connections"
        case .load: "Load"
        }
    }

    /// The title where not all fit.
    var shortTitle: String {
        switch self {
        case .overview: "Over"
        case .queues: "Queue"
        case .deadLetters: "Dead"
        case .consumers: "Cons"
        case .connections: "Conn"
        case .load: "Load"
        }
    }
}
