/// How far a connection has come.
///
/// ```
///  awaitingHeader -> handshake -> running -> closeRequested (by the peer) -> closed
///        |               |           |---> closing (by this end) ---------> closed
///        |               |           '---> deaf (out of step) ------------> closed, by time
///        '---------------'------------------------------------------------> closed
/// ```
enum ConnectionPhase {
    /// Server: the client's protocol header is still to come.
    case awaitingHeader
    case serverHandshake(ServerHandshake)
    case clientHandshake(ClientHandshake)
    case running
    /// The peer sent `connection.close`; a server's driver has still to confirm it.
    case closeRequested
    /// This end sent `connection.close`; all but the closing methods is dropped.
    case closing
    /// The peer's frames are out of step: the error is sent and nothing is parsed any more.
    case deaf
    case closed
}
