// Halden Home, the app: one call for each thing that it reaches. Classes are declared by hand, no SDK is needed.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface NSString : NSObject
@end

extern NSString *const AVMediaTypeAudio;
extern NSString *const AVMediaTypeVideo;
extern void *CNCopyCurrentNetworkInfo(NSString *interface);
extern void *nw_browser_create(void *descriptor, void *parameters);

@interface AVCaptureDevice : NSObject
+ (void)requestAccessForMediaType:(NSString *)type completionHandler:(void *)handler;
@end
@interface CBCentralManager : NSObject
- (void)scanForPeripheralsWithServices:(void *)services options:(void *)options;
@end
@interface CLLocationManager : NSObject
- (void)requestWhenInUseAuthorization;
- (void)requestAlwaysAuthorization;
- (void)startUpdatingLocation;
@end
@interface CMMotionActivityManager : NSObject
- (void)startActivityUpdatesToQueue:(void *)queue withHandler:(void *)handler;
@end
@interface HMHomeManager : NSObject
- (void)addHomeWithName:(NSString *)name completionHandler:(void *)handler;
@end
@interface LAContext : NSObject
- (void)evaluatePolicy:(long)policy localizedReason:(NSString *)reason reply:(void *)reply;
@end
@interface NSUserDefaults : NSObject
+ (instancetype)standardUserDefaults;
- (void)setBool:(signed char)value forKey:(NSString *)key;
@end
@interface PHPhotoLibrary : NSObject
+ (void)requestAuthorizationForAccessLevel:(long)level handler:(void *)handler;
@end
@interface UNUserNotificationCenter : NSObject
+ (instancetype)currentNotificationCenter;
- (void)requestAuthorizationWithOptions:(unsigned long)options completionHandler:(void *)handler;
@end

@interface HaldenPairing : NSObject
- (void)scanCode;
- (void)findDevices;
@end
@implementation HaldenPairing
- (void)scanCode {
  [AVCaptureDevice requestAccessForMediaType:AVMediaTypeVideo completionHandler:0];
}
- (void)findDevices {
  [[CBCentralManager new] scanForPeripheralsWithServices:0 options:0];
  nw_browser_create(0, 0);
  CNCopyCurrentNetworkInfo(@"en0");
}
@end

@interface HaldenPresence : NSObject
- (void)start;
@end
@implementation HaldenPresence
- (void)start {
  CLLocationManager *manager = [CLLocationManager new];
  [manager requestWhenInUseAuthorization];
  [manager requestAlwaysAuthorization];
  [manager startUpdatingLocation];
  [[CMMotionActivityManager new] startActivityUpdatesToQueue:0 withHandler:0];
}
@end

@interface HaldenDoor : NSObject
- (void)talk;
- (void)unlock;
- (void)keepPicture;
@end
@implementation HaldenDoor
- (void)talk {
  [AVCaptureDevice requestAccessForMediaType:AVMediaTypeAudio completionHandler:0];
}
- (void)unlock {
  [[LAContext new] evaluatePolicy:1 localizedReason:@"Open the door" reply:0];
}
- (void)keepPicture {
  [PHPhotoLibrary requestAuthorizationForAccessLevel:1 handler:0];
}
@end

int main(void) {
  [[HaldenPairing new] scanCode];
  [[HaldenPairing new] findDevices];
  [[HaldenPresence new] start];
  [[HaldenDoor new] talk];
  [[HaldenDoor new] unlock];
  [[HaldenDoor new] keepPicture];
  [[HMHomeManager new] addHomeWithName:@"Home" completionHandler:0];
  [[UNUserNotificationCenter currentNotificationCenter] requestAuthorizationWithOptions:7 completionHandler:0];
  [[NSUserDefaults standardUserDefaults] setBool:1 forKey:@"welcomed"];
  return 0;
}
