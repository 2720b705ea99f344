import BrokerLink
import Messaging

// In a file of its own: the AMQP client has connections of the same name.

extension ClientRoster {
    /// The connection whose client calls itself that.
    func connection(of product: String) -> ClientConnection? {
        self.connections.first { $0.properties["product"]?.text == product }
    }
}
