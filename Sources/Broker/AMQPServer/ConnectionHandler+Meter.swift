import AMQP
import Engine
import NIOCore
import NIOSSL

/// What goes over the socket, counted a read and a write at a time.
extension ConnectionHandler {
    func countReceived(_ bytes: Int) {
        guard let meter = self.meter else {
            self.earlyTraffic.receivedBytes += UInt64(bytes)
            self.earlyTraffic.reads += 1
            return
        }
        meter.received(bytes)
    }

    func countSent(_ bytes: Int) {
        guard let meter = self.meter else {
            self.earlyTraffic.sentBytes += UInt64(bytes)
            self.earlyTraffic.writes += 1
            return
        }
        meter.sent(bytes)
    }

    /// Begins to count where operators see it: what was settled with the client is known now.
    func beginMetering() -> SocketMeter {
        let tuning = self.machine.tuning
        let isSecure =
            (try? self.context?.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self))
            != nil
        let terms = ConnectionTerms(
            mechanism: self.mechanism, channelsMax: tuning.channelsMax,
            frameBytesMax: tuning.frameBytesMax, heartbeatSeconds: tuning.heartbeatSeconds,
            isSecure: isSecure)
        let meter = SocketMeter(terms, before: self.earlyTraffic)
        self.meter = meter
        return meter
    }
}
