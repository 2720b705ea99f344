import Messaging

/// What is declared while the disk takes nothing.
///
/// RabbitMQ 3.10 has no answer to that: its declaration waits for a disk that does not come back,
/// or its node ends. Here it is refused with 506 at once, so that no client waits for a
/// `declare-ok` that may never come; what is there already is found as ever.
extension Broker {
    /// - Throws: 506 when something that is to outlive the process cannot be written now.
    func refuseOnFullDisk(_ what: @autoclosure () -> String) throws(Fault) {
        switch self.disk {
        case .low where self.isDiskFull:
            throw Fault(.resourceError, "cannot declare \(what()): the disk is full")
        case .failing: throw Fault(.resourceError, "cannot declare \(what()): the disk fails")
        case .fine, .low: break
        }
    }
}
