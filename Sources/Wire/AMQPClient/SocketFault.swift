import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Words for what happens to sockets.
enum SocketFault {
    /// What the operating system says, without the wrapping of the networking library.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            (error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError)
                .map(self.reason) ?? "the host name has no address"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is SocketAddressError.UnknownHost: "the host name is not known"
        case ChannelError.connectTimeout: "no answer in time"
        default: SecurityFault.reason(error) ?? "\(error)"
        }
    }
}
