import Messaging

extension Tab {
    /// A fresh screen for the tab.
    ///
    /// - Parameter focus: The queue that the dead letters begin with.
    func makeScreen(focus: QueueName? = nil) -> any Screen {
        switch self {
        case .overview: OverviewScreen()
        case .queues: QueuesScreen()
        case .deadLetters: DeadLettersScreen(focus: focus)
        case .consumers: ConsumersScreen()
        case .connections: ConnectionsScreen()
        case .load: LoadScreen()
        }
    }
}
